"""Letters for real: printed by the Review Unit, each with a link made at that moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.fixtures.clocks import SettableClock
from tests.services.posting import Post
from webapp.house import House
from webapp.messaging.letter import PrintQueue
from webapp.services.looking_unit import stuck
from webapp.services.sending import NotPrinted, print_letter, printed_letter
from webapp.store import Child, Link, Message


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


@pytest.fixture
def printing(post: Post) -> Post:
    """A post whose letters wait to be printed, as they do for real."""
    post.load()
    post.send({"email": post.email, "letter": PrintQueue()})
    return post


def printed(post: Post) -> str:
    house = post.house
    with house.db.writing() as session:
        message = session.scalars(select(Message).where(Message.way == "letter")).one()
        return print_letter(
            session, house.vault, house.authority, house.settings, message.id, house.clock(), "staff:s1"
        ).page()


def links(post: Post) -> list[bool]:
    """For each link of the child, whether it is alive; the oldest first."""
    with post.house.db.reading() as session:
        found = session.scalars(
            select(Link).where(Link.consultation_id == post.consultations["child"].id).order_by(Link.made_at)
        )
        return [link.revoked_at is None for link in found]


def test_a_letter_for_real_has_no_link_until_it_is_printed(printing: Post) -> None:
    assert links(printing) == []
    with printing.house.db.reading() as session:
        assert len(stuck(session, printing.house.vault, printing.house.clock(), "letters")) == 1
    assert "Hello Maya" in printed(printing)
    assert links(printing) == [True]
    with printing.house.db.reading() as session:
        assert stuck(session, printing.house.vault, printing.house.clock(), "letters") == []


def test_printing_again_kills_the_link_of_the_first_printing(printing: Post, clock: SettableClock) -> None:
    first = printed(printing)
    clock.move(minutes=1)
    assert printed(printing) != first
    assert links(printing) == [False, True]


def test_a_letter_is_not_printed_once_there_is_a_hold(printing: Post) -> None:
    house = printing.house
    with house.db.writing() as session:
        session.execute(update(Child).values(hold="missing"))
        message = session.scalars(select(Message).where(Message.way == "letter")).one()
        with pytest.raises(NotPrinted, match="hold"):
            print_letter(
                session, house.vault, house.authority, house.settings, message.id, house.clock(), "staff:s1"
            )
    assert printing.consultations["child"].state == "stopped"


def test_an_email_is_no_letter_to_print(printing: Post) -> None:
    house = printing.house
    message = printing.messages["invite:parent"]
    with house.db.writing() as session, pytest.raises(NotPrinted, match="not_a_letter"):
        print_letter(
            session, house.vault, house.authority, house.settings, message.id, house.clock(), "staff:s1"
        )


def test_the_same_letter_again_has_the_same_code_and_ends_nothing(printing: Post) -> None:
    house = printing.house
    with house.db.writing() as session:
        message = session.scalars(select(Message).where(Message.way == "letter")).one()
        letter_id = message.id
        made = print_letter(
            session, house.vault, house.authority, house.settings, message.id, house.clock(), "staff:s1"
        )
    with house.db.reading() as session:
        again = printed_letter(
            session, house.vault, house.authority, house.settings, letter_id, house.clock(),
            made.token, made.code, made.until,
        )  # fmt: skip
    assert again.page() == made.page()
    assert links(printing) == [True]


def test_a_letter_that_was_printed_since_is_not_shown_with_its_old_code(printing: Post) -> None:
    house = printing.house
    printed(printing)
    with house.db.reading() as session:
        message = session.scalars(select(Message).where(Message.way == "letter")).one()
        with pytest.raises(NotPrinted, match="printed_since"):
            printed_letter(
                session, house.vault, house.authority, house.settings, message.id, house.clock(),
                "another token", "BCDFGHJKMN", house.clock().date(),
            )  # fmt: skip
