"""Contact details that the Review Unit corrects: the old are kept sealed, and what is not sent yet goes to the new."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.fixtures.staff import Worker
from tests.services.posting import Post
from tests.services.test_asking_again import opens
from webapp.house import House
from webapp.review.incoming import Reach
from webapp.services import contacts
from webapp.services.staff import SignedIn
from webapp.store import Audit, Consultation, ContactChange, Involvement


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


def signed(house: House, worker: Worker) -> SignedIn:
    now = house.clock()
    return SignedIn(worker.id, worker.username, worker.name, "unit", "", now, now)


def parent(house: House) -> str:
    with house.db.reading() as s:
        return s.scalars(select(Consultation.id).where(Consultation.who == "parent")).one()


def correct(house: House, worker: Worker, own: str, **reach: object) -> bool:
    with house.db.writing() as s:
        return contacts.correct(
            s, house.vault, house.clock(), signed(house, worker), own, Reach.model_validate(reach)
        )


def mailed(post: Post) -> list[str]:
    return [one.to for one in post.email.taken]


def test_what_was_sent_to_the_old_address_opens_nothing_and_goes_to_the_new(
    house: House, post: Post, unit_worker: Worker
) -> None:
    post.load()
    post.send()
    assert mailed(post) == ["grace@example.org"]
    old, own = post.email.taken[0].link, parent(house)
    assert opens(post, old)
    assert correct(house, unit_worker, own, way="email", email="new@example.org")
    assert not opens(post, old)
    post.send()
    assert mailed(post) == ["grace@example.org", "new@example.org"]
    assert opens(post, post.email.taken[-1].link)


def test_the_old_details_are_kept_sealed_with_who_changed_them_and_when(
    house: House, post: Post, unit_worker: Worker
) -> None:
    post.load()
    post.send()
    own = parent(house)
    assert correct(house, unit_worker, own, way="email", email="new@example.org")
    assert not correct(house, unit_worker, own, way="email", email="new@example.org"), "a second press"
    with house.db.reading() as s:
        kept = s.scalars(select(ContactChange)).one()
        assert b"grace" not in kept.before
        held = contacts.contact(s, house.vault, house.clock(), own)
        assert held is not None
        assert held.reach["email"] == "new@example.org"
        assert [(one.by, one.at, one.reach["email"]) for one in held.before] == [
            (unit_worker.name, house.clock(), "grace@example.org")
        ]
        assert s.scalars(select(Audit.actor).where(Audit.action == "correct_contact")).all() == [
            f"staff:{unit_worker.id}"
        ]


def test_somebody_out_of_reach_is_asked_by_another_way(house: House, post: Post, unit_worker: Worker) -> None:
    post.load(people__0__reach={"way": "none"})
    post.send()
    own = parent(house)
    with house.db.reading() as s:
        assert s.get_one(Consultation, own).state == "unreachable"
    assert correct(house, unit_worker, own, way="email", email="found@example.org")
    post.send()
    assert mailed(post) == ["found@example.org"]


def test_what_does_not_say_where_a_link_went_leaves_it_good(
    house: House, post: Post, unit_worker: Worker
) -> None:
    post.load()
    post.send()
    own, link = parent(house), post.email.taken[0].link
    assert correct(house, unit_worker, own, way="email", email="grace@example.org", phone="07700 900999")
    assert opens(post, link)
    with house.db.reading() as s:
        asked = s.get_one(Consultation, own)
        place = s.get_one(Involvement, asked.involvement_id)
        assert place.phone_hash == house.vault.lookup("phone", "+447700900999"), "a text from there is known"


def test_send_again_brings_a_new_link_and_ends_the_old(house: House, post: Post, unit_worker: Worker) -> None:
    post.load()
    post.send()
    own, link = parent(house), post.email.taken[0].link
    with house.db.writing() as s:
        assert contacts.send_again(s, house.clock(), signed(house, unit_worker), own)
    post.send()
    assert not opens(post, link)
    assert opens(post, post.email.taken[-1].link)
    with house.db.writing() as s:
        s.get_one(Consultation, own).state = "stopped"
    with house.db.writing() as s:
        assert not contacts.send_again(s, house.clock(), signed(house, unit_worker), own)
