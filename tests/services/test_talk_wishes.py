"""A no that a child said in the talk with their social worker: nobody is invited against it before it is decided."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.deciding import ask, decide, desk_of, later, tell
from tests.fixtures.guests import Post, bars, facts_of, invite, ready, says_no_in_a_talk, settle
from tests.fixtures.staff import Worker
from webapp.booklet.announcements import Decisions
from webapp.casesystem import Route
from webapp.casesystem.audience import cut
from webapp.house import House
from webapp.services import deciding, deciding_desk, guests, held, iro_letter, outbox
from webapp.store import Announcement, Review, StatutoryTalk

LIN = "Lin Carter"


@pytest.fixture
def post(house: House) -> Post:
    return Post(house)


def test_a_no_in_the_talk_with_the_social_worker_stops_too_until_the_booklet_says_otherwise(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    says_no_in_a_talk(house, iro, case)
    assert bars(house, case)[LIN] == "refused"
    assert post.send() == 0
    later(house)
    ask(house, case)
    assert bars(house, case)[LIN] is None
    assert post.send() == 1


def test_a_no_in_the_talk_is_decided_like_any_other_and_the_child_is_told_first(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case)
    says_no_in_a_talk(house, iro, case)
    desk = desk_of(house, iro, case)
    (wish,) = [one for one in desk.open if one.in_a_talk]
    assert (wish.name, wish.refused, wish.in_a_talk) == (LIN, True, True)
    assert desk.leaves[wish.key] == "refused", "one press for the rest does not take it"
    with pytest.raises(guests.Refused):
        invite(house, iro, case, LIN)
    with pytest.raises(deciding.Refused):
        decide(house, iro, case, wish.key, "not_possible")
    decide(house, iro, case, wish.key, "not_possible", reason="You live with her. She can help you there.")
    assert bars(house, case)[LIN] == "tell_first"
    tell(house, iro, case)
    assert bars(house, case)[LIN] is None
    assert not next(one for one in facts_of(house, case).people.values() if one.called == LIN).proposed
    invite(house, iro, case, LIN)
    assert post.send() == 1
    with house.db.reading() as s:
        held = deciding_desk.decisions(s, facts_of(house, case).key, case.review_id)
    assert [one.record_id for one in held if one.key == wish.key] == [None]
    told = [one for one in announced(house, case) if one["kind"] == "decisions"][-1]
    assert wish.key not in [one["wish"] for one in told["decisions"]], "it is in no record of theirs"
    (named,) = told["said_in_talks"]
    with house.db.reading() as s:
        talk = s.scalars(select(StatutoryTalk)).one()
    assert (named["wish"], named["talk"], named["held_on"]) == (
        wish.key,
        str(UUID(talk.id)),
        str(talk.held_on),
    )
    assert (named["chosen"], named["outcome"], bool(named["told_at"])) == (LIN, "not_possible", True)
    assert Decisions.model_validate_json(json.dumps(told)).said_in_talks[0].person == wish.person
    assert cut(told, Route("review"))["said_in_talks"] == [], "as narrow as the talk was"
    assert cut(told, Route("review"))["held_back"] == 1


def test_what_was_decided_about_a_yes_does_not_let_somebody_in_whom_a_later_talk_refuses(
    house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(
        house,
        iro,
        case,
        f"who:{person(house, case, LIN)}",
        "changed",
        instead="For tea",
        reason="It is long.",
    )
    settle(house, iro, case)
    tell(house, iro, case)
    assert bars(house, case)[LIN] is None
    says_no_in_a_talk(house, iro, case)
    assert bars(house, case)[LIN] == "refused"
    left = desk_of(house, iro, case).leaves
    assert list(left.values()).count("refused") == 2, "Mum in the booklet, Lin in the talk"


def test_a_no_in_the_talk_without_any_booklet_is_decided_too_and_stands_in_the_letter(
    house: House, case: Case, iro: Worker
) -> None:
    says_no_in_a_talk(house, iro, case, "Mum", "parent")
    (wish,) = desk_of(house, iro, case).wishes
    assert bars(house, case)["Mum"] == "refused"
    decide(house, iro, case, wish.key)
    assert bars(house, case)["Mum"] == "refused", "agreed: they are not invited"
    with house.db.writing() as s:
        s.get_one(Review, case.review_id).held_at = house.clock()
    with house.db.reading() as s:
        review = held.held(s, house.vault, iro.id, case.review_id, house.clock())
        assert review is not None
        assert [one.key for one in iro_letter.draft(s, house.vault, review).answers] == [wish.key]


def person(house: House, case: Case, name: str) -> str:
    """The case system's id of whom the child calls so."""
    (own,) = [one.key for one in facts_of(house, case).people.values() if one.called == name]
    return own.removeprefix("who:")


def announced(house: House, case: Case) -> list[dict[str, Any]]:
    """Every event, the oldest first."""
    own = facts_of(house, case).key
    with house.db.reading() as s:
        rows = s.scalars(select(Announcement).order_by(Announcement.made_at))
        return [json.loads(own.open(one.sealed, outbox.place(one.id))) for one in rows]
