"""Who is due what, on a real database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import row
from tests.services.posting import Post
from webapp.house import House
from webapp.services import access
from webapp.store import Consultation, Link

PLANNED = {
    "review__held_at": "2027-05-04T16:00",
    "review__window_start": "2027-04-01",
    "review__window_end": "2027-05-20",
}


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


def states(post: Post) -> dict[str, tuple[str, str | None]]:
    return {who: (found.state, found.reason) for who, found in post.consultations.items()}


def test_the_child_the_parent_and_the_carer_are_asked_and_the_social_worker_is_not(post: Post) -> None:
    post.load()
    assert post.plan().added == 3
    found = post.consultations
    assert {who: c.booklets.split()[0] for who, c in found.items()} == {
        "child": "my_review_my_choice", "parent": "parent", "carer": "carer",
    }  # fmt: skip
    assert found.keys() == {"child", "parent", "carer"}
    assert set(found["child"].facts.split()) == {"age_8_11", "foster", "has_decisions", "has_people"}
    assert set(found["parent"].facts.split()) == {"age_8_11", "has_decisions"}
    assert set(found["carer"].facts.split()) == {"age_8_11", "foster", "has_decisions"}
    assert found["child"].involvement_id is None
    assert found["child"].respondent == found["child"].child_id


def test_planning_again_changes_nothing(post: Post) -> None:
    post.load()
    post.plan()
    again = post.plan()
    assert (again.added, again.moved, again.stopped, again.revived) == (0, 0, 0, 0)
    assert again.reviews == 1
    assert len(post.consultations) == 3


def test_less_than_six_weeks_before_everybody_is_due_at_once(post: Post) -> None:
    post.load()
    post.plan()
    assert {c.due_on for c in post.consultations.values()} == {dt.date(2027, 2, 1)}
    assert {c.closes_on for c in post.consultations.values()} == {dt.date(2027, 3, 2)}


def test_a_review_far_ahead_waits_and_stands_in_the_lists_a_week_before_it_is_due(
    post: Post, clock: SettableClock
) -> None:
    post.load(**PLANNED)
    assert post.plan().reviews == 0
    clock.set(dt.datetime(2027, 3, 16, 9, tzinfo=dt.UTC))
    assert post.plan().added == 3
    assert {c.due_on for c in post.consultations.values()} == {dt.date(2027, 3, 23)}


def test_a_review_without_a_date_counts_from_the_end_of_its_window(post: Post, clock: SettableClock) -> None:
    post.load(review__held_at=...)
    post.plan()
    assert {c.closes_on for c in post.consultations.values()} == {dt.date(2027, 3, 20)}


def test_a_review_that_is_over_asks_nobody(post: Post, clock: SettableClock) -> None:
    post.load()
    clock.set(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC))
    assert post.plan().added == 0


def test_an_overdue_review_asks_everybody_all_the_same(post: Post) -> None:
    post.load(review__window_start="2027-01-01", review__window_end="2027-01-20")
    assert post.plan().added == 3


def test_a_review_that_moves_takes_its_dates_along_while_nobody_is_asked(post: Post) -> None:
    post.load()
    post.plan()
    post.load(**PLANNED)
    assert post.plan().moved == 3
    assert {(c.due_on, c.closes_on) for c in post.consultations.values()} == {
        (dt.date(2027, 3, 23), dt.date(2027, 5, 4))
    }


def test_a_review_that_moves_after_asking_keeps_links_alive_as_long_as_the_authority_allows(
    post: Post,
) -> None:
    post.load()
    post.send()
    post.load(**PLANNED)
    assert post.plan().moved == 3
    assert {c.state for c in post.consultations.values()} == {"asked", "unreachable"}
    with post.house.db.reading() as session:
        ends = set(session.scalars(select(Link.expires_at)))
    assert ends == {dt.datetime(2027, 4, 2, 23, tzinfo=dt.UTC)}  # 60 days, to the end of the day in London


def test_age_is_fixed_once_somebody_is_asked_and_everything_else_follows_the_case(post: Post) -> None:
    post.load()
    post.send()
    post.load(child__placement="residential", child__birth_date="2011-05-04")
    post.plan()
    facts = post.consultations["child"].facts.split()
    assert {"residential", "age_8_11"} <= set(facts)
    assert not {"foster", "age_12_plus"} & set(facts)


def test_a_placement_order_changes_what_everybody_is_asked_with_the_import_that_brings_it(post: Post) -> None:
    post.load()
    post.send()
    post.load(child__legal_status="placement_order", people__0__may_attend=False)
    found = post.consultations
    assert "adoption" in found["child"].facts.split()
    assert {"adoption", "may_not_attend", "age_8_11"} <= set(found["parent"].facts.split())
    assert post.plan().moved == 0, "the import and the plan agree"


def test_nobody_to_list_means_no_list_as_soon_as_the_last_one_may_not_be_named(post: Post) -> None:
    post.load()
    post.send()
    assert "has_people" in post.consultations["child"].facts.split()
    post.load(**{f"people__{n}__may_be_named": False for n in range(3)})
    assert "has_people" not in post.consultations["child"].facts.split()


def test_facts_follow_the_import_until_then(post: Post) -> None:
    post.load()
    post.plan()
    post.load(child__placement="residential")
    post.plan()
    assert "residential" in post.consultations["child"].facts.split()


@pytest.mark.parametrize(
    ("changes", "stopped"),
    [
        ({"child__hold": "missing"}, {"child": "hold", "parent": "hold", "carer": "hold"}),
        ({"child__hold": "died"}, {"child": "hold", "parent": "hold", "carer": "hold"}),
        ({"people__0__hold": "bereaved"}, {"parent": "person_hold"}),
        ({"people__0__no_contact": True}, {"parent": "no_contact"}),
        (
            {"people__0__consulted": False, "people__0__consult_authorised_by": "court"},
            {"parent": "not_consulted"},
        ),
        ({"people__1__role": "previous_carer"}, {"carer": "ended"}),
        (
            {"review__status": "cancelled"},
            {"child": "review_cancelled", "parent": "review_cancelled", "carer": "review_cancelled"},
        ),
        ({"child__birth_date": "2023-06-04"}, {"child": "too_young"}),
    ],
)
def test_a_hold_a_role_that_ended_or_a_review_that_is_off_stops_whom_it_concerns(
    post: Post, changes: dict[str, Any], stopped: dict[str, str]
) -> None:
    post.load(child__known_fact__kind="word", child__known_fact__value="otter")
    post.send()
    post.load(**{"child__known_fact__kind": "word", "child__known_fact__value": "otter", **changes})
    assert post.plan().stopped == len(stopped)
    assert {who: reason for who, (state, reason) in states(post).items() if state == "stopped"} == stopped


def test_whoever_is_stopped_loses_links_visits_and_waiting_messages(post: Post, clock: SettableClock) -> None:
    post.load()
    post.send()
    (email,) = post.email.taken
    token = email.link.rpartition("/")[2]
    house = post.house
    with house.db.writing() as session:
        link = access.find_link(session, house.vault, clock(), token=token)
        access.begin(session, house.vault, link, clock())
    post.load(people__0__hold="moved")
    post.plan()
    with house.db.reading() as session, pytest.raises(access.Closed):
        access.find_link(session, house.vault, clock(), token=token)


def test_a_hold_that_is_lifted_asks_again_with_a_new_link(post: Post, clock: SettableClock) -> None:
    post.load()
    post.send()
    post.load(child__hold="missing")
    clock.move(days=1)
    post.send()
    assert states(post)["child"] == ("stopped", "hold")
    post.load()
    clock.move(days=1)
    assert post.send().planned.revived == 3
    assert post.messages["invite:child:2"].state == "sent"
    assert states(post)["child"] == ("asked", None)


def test_who_could_not_be_reached_is_asked_once_there_is_an_address(post: Post) -> None:
    post.load()
    post.send()
    assert states(post)["carer"] == ("unreachable", "no_sender")
    assert post.plan().revived == 0
    post.load(people__1__reach={"way": "sms", "phone": "07700 900123", "address": ["1 Gull Lane", "SX1 1AA"]})
    post.send()
    assert states(post)["carer"] == ("asked", None)
    assert post.messages["invite:carer"].way == "letter"


def test_the_number_of_queries_does_not_grow_with_the_number_of_reviews(post: Post) -> None:
    def statements() -> int:
        seen: list[str] = []
        listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(post.house.db.engine, "before_cursor_execute", listen)
        post.plan()
        event.remove(post.house.db.engine, "before_cursor_execute", listen)
        return len(seen)

    def family(number: int) -> dict[str, Any]:
        return row(review__id=f"R-{number}", child__id=f"C-{number}", people__0__id=f"M-{number}")

    post.load(family(1))
    post.plan()
    few = statements()
    post.load(*(family(number) for number in range(2, 60)))
    post.plan()
    assert statements() == few
    with post.house.db.reading() as session:
        assert len(list(session.scalars(select(Consultation.id)))) == 59 * 3


def test_birth_parents_in_adoption_are_asked_with_the_fact_that_changes_their_form(post: Post) -> None:
    adopter = row()["people"][1] | {
        "id": "P-7",
        "name": "Alex Reed",
        "role": "adopter",
        "relation": "Your new parent",
    }
    changed = row(child__placement="adoption", people__0__may_attend=False)
    changed["people"] = [changed["people"][0], changed["people"][2], adopter]
    post.load(changed)
    post.plan()
    found = post.consultations
    assert found["adopter"].booklets == "adopter"
    assert "adoption" in found["parent"].facts.split()
    assert "adoption" in found["child"].facts.split()
