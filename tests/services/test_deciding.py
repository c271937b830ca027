"""What deciding keeps, tells and writes down."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from config import Timetable
from tests.fixtures.cases import Case, load_rows, make_case
from tests.fixtures.counting import statements
from tests.fixtures.deciding import REASON, a_person, ask, decide, desk_of, later, ref, tell
from tests.fixtures.staff import Worker
from tests.review.incoming_rows import row
from webapp.booklet.wishes import schemas
from webapp.casesystem.audience import cut, withheld
from webapp.casesystem.port import Route
from webapp.clock import london
from webapp.house import House
from webapp.review.timetable import is_working_day, record_due
from webapp.services import deciding, deciding_desk, outbox
from webapp.store import Announcement, Audit, Child, Decision, Involvement, Review, Settled

DESK_QUERIES = 7


def events(house: House) -> list[dict[str, Any]]:
    """The events about decisions, oldest first, each right by its schema."""
    with house.db.reading() as s:
        child = s.scalars(select(Child)).first()
        assert child is not None
        key = house.vault.key(child.key, f"child:{child.id}")
        rows = s.scalars(
            select(Announcement).where(Announcement.kind == "decisions").order_by(Announcement.made_at)
        )
        found = [json.loads(key.open(one.sealed, outbox.place(one.id))) for one in rows]
    for one in found:
        checker = jsonschema.FormatChecker()
        jsonschema.Draft202012Validator(schemas()["decisions-1"], format_checker=checker).validate(one)
    return found


def actions(house: House) -> list[str]:
    """What the trail says of deciding."""
    with house.db.reading() as s:
        lines = s.execute(select(Audit.actor, Audit.action).order_by(Audit.id)).all()
    return [line.action for line in lines if line.actor.startswith("staff:")]


def test_one_press_agrees_the_rest_and_leaves_the_refusal_and_who_is_not_checked(
    house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    assert decide(house, iro, case, rest=True) == 6
    desk = desk_of(house, iro, case)
    assert {wish.name or wish.kind: desk.leaves[wish.key] for wish in desk.open} == {
        "Mum": "refused", "Uncle Phil": "added",
    }  # fmt: skip
    assert decide(house, iro, case, rest=True) == 0, "a second press changes nothing"


def test_the_rest_takes_nothing_that_the_officer_did_not_have_before_them(
    house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    seen = {wish.key: wish.digest for wish in desk_of(house, iro, case).wishes}
    ask(house, case, chair=("iro", ""), good_news="I can swim now")
    with house.db.writing() as s:
        desk = deciding_desk.desk(s, house.vault, iro.id, case.review_id, lock=True)
        assert desk is not None
        deciding.decide(s, house.vault, house.takers, desk, {}, iro.id, house.clock(), seen)
    assert {wish.kind for wish in desk_of(house, iro, case).open} == {"who", "chair", "about"}


def test_one_wrong_decision_keeps_none_of_them(house: House, case: Case, iro: Worker) -> None:
    ask(house, case)
    with pytest.raises(deciding.Refused) as raised:
        decide(house, iro, case, "who:+", "agreed", rest=True)
    assert list(raised.value.problems.values()) == ["added"]
    assert desk_of(house, iro, case).decided == {}
    assert events(house) == []


def test_who_is_kept_away_by_the_case_system_is_not_agreed(house: House, case: Case, iro: Worker) -> None:
    ask(house, case)
    with house.db.writing() as s:
        s.get_one(Involvement, ref(house, "carer_foster")).no_contact = True
    decide(house, iro, case, rest=True)
    desk = desk_of(house, iro, case)
    assert "held_back" in desk.leaves.values()
    carer = next(wish for wish in desk.wishes if wish.name == "Lin Carter")
    with pytest.raises(deciding.Refused, match="held_back"):
        decide(house, iro, case, carer.key)


def test_whom_a_brother_refused_is_not_agreed_in_one_press(house: House, iro: Worker, tmp_path: Path) -> None:
    case = make_case(house, tmp_path, {"review": {"meeting_id": "M-1"}})
    ask(house, case, who=({"people": {ref(house, "parent"): a_person("no")}, "added": []}, ""))
    load_rows(
        house, tmp_path,
        [row(review__id="R-2", review__meeting_id="M-1", child__id="C-2", child__given_name="Yusuf")],
    )  # fmt: skip
    with house.db.reading() as s:
        other = s.scalars(select(Review).where(Review.external_id == "R-2")).one()
        desk = deciding_desk.desk(s, house.vault, iro.id, other.id)
    assert desk is not None
    assert desk.refused_by_others == {"P-1"}


def test_each_change_is_a_row_of_its_own_and_the_trail_has_each(
    house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(house, iro, case, "chair")
    decide(house, iro, case, "chair", "not_possible", reason=REASON)
    later(house)
    with house.db.writing() as s:
        desk = deciding_desk.desk(s, house.vault, iro.id, case.review_id, lock=True)
        assert desk is not None
        assert deciding.reopen(s, house.vault, house.takers, desk, "chair:chair", iro.id, house.clock())
    with house.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(Decision)) == 2
        assert s.scalar(select(func.count()).where(Decision.superseded_at.is_(None))) == 0
    assert actions(house) == ["decided_agreed", "decided_not_possible", "reopened"]
    assert [len(one["decisions"]) for one in events(house)] == [1, 1, 0]


def test_a_changed_wish_is_open_again_and_leaves_the_next_event(
    house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(house, iro, case, "chair")
    ask(house, case, chair=("iro", ""))
    desk = desk_of(house, iro, case)
    assert desk.reopened == {"chair:chair"}
    decide(house, iro, case, "where:")
    assert [one["wish"] for one in events(house)[-1]["decisions"]] == ["where:where"]


def test_the_event_holds_no_private_reason_and_no_note_and_is_cut_to_who_reads_it(
    house: House, case: Case, iro: Worker
) -> None:
    ask(house, case, not_in_front=({"family": {"choice": "not_there", "words": "CANARY-WORDS"}}, ""))
    decide(house, iro, case, "chair", "not_possible", reason=REASON, note="CANARY-NOTE")
    decide(house, iro, case, rest=True)
    told = events(house)[-1]
    assert "CANARY" not in json.dumps(told)
    everything = {one["wish"]: {**one, "audience": "iro"} for one in told["decisions"]}
    body = {**told, "decisions": [*everything.values(), told["decisions"][0]]}
    seen = cut(body, Route(audience="review"))
    assert seen["held_back"] == len(everything)
    assert len(seen["decisions"]) == 1
    assert withheld(told, Route(), adopters=True)
    assert not withheld(told, Route(adopters=True), adopters=True)


def test_nothing_that_is_typed_or_named_lies_open(house: House, case: Case, iro: Worker) -> None:
    ask(house, case)
    decide(house, iro, case, "who:+", "asked_for", reason="CANARY-REASON", note="CANARY-NOTE")
    with house.db.reading() as s:
        kept = s.execute(select(Decision.__table__)).one()
    assert b"CANARY" not in kept.sealed
    assert "phil" not in str(kept._asdict() | {"sealed": ""}).lower()


def test_the_child_is_told_each_thing_once(house: House, case: Case, iro: Worker) -> None:
    ask(house, case)
    decide(house, iro, case, rest=True)
    assert tell(house, iro, case) == 6
    assert tell(house, iro, case) == 0
    decide(house, iro, case, "chair", "not_possible", reason=REASON)
    assert tell(house, iro, case) == 1


def test_only_its_own_officer_has_a_desk_and_none_once_it_is_over(
    house: House, case: Case, iro: Worker, other_iro: Worker
) -> None:
    with house.db.writing() as s:
        assert deciding_desk.desk(s, house.vault, other_iro.id, case.review_id) is None
        s.get_one(Review, case.review_id).status = "held"
    with house.db.reading() as s:
        assert deciding_desk.desk(s, house.vault, iro.id, case.review_id) is None


def test_the_desk_takes_the_same_queries_however_much_was_asked(
    house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    with statements(house.db) as few:
        desk_of(house, iro, case)
    ask(house, case, good_news="one", questions="two", room=(["circle", "soft"], ""))
    decide(house, iro, case, rest=True)
    with statements(house.db) as many:
        desk_of(house, iro, case)
    assert len(many) == len(few) <= DESK_QUERIES, many


def settle(house: House, iro: Worker, case: Case, day: str, time: str = "16:30", **rest: Any) -> None:
    """Settle this day and the youth club."""
    with house.db.writing() as s:
        desk = deciding_desk.desk(s, house.vault, iro.id, case.review_id, lock=True)
        assert desk is not None
        deciding.settle(
            s, house.vault, house.takers, house.authority.timetable, desk, deciding.moment(day, time),
            rest.pop("place", "The youth club"), "A room in town", iro.id, house.clock(), **rest,
        )  # fmt: skip


def test_when_and_where_are_settled_and_the_rest_of_the_dates_follow(
    house: House, case: Case, iro: Worker
) -> None:
    settle(house, iro, case, "2027-03-04")
    settle(house, iro, case, "2027-03-04")
    with house.db.reading() as s:
        kept = s.scalars(select(Settled)).one()
        assert s.get_one(Review, case.review_id).held_at == kept.at
    assert kept.record_due_on == dt.date(2027, 4, 5)
    assert events(house)[-1]["settled"]["place_for_others"] == "A room in town"
    assert actions(house) == ["settled"]


@pytest.mark.parametrize(
    ("day", "time", "rest", "wrong"),
    [
        ("2027-02-30", "16:00", {}, "no_such_time"),
        ("2027-03-28", "01:30", {}, "no_such_time"),
        ("2027-03-04", "16:00Z", {}, "no_such_time"),
        ("2026-01-05", "16:00", {}, "past"),
        ("2027-03-04", "03:00", {}, "odd_hour"),
        ("2027-03-04", "21:01", {}, "odd_hour"),
        ("2029-03-04", "16:00", {}, "outside_window"),
        ("2029-03-04", "16:00", {"allowed": True, "place": " "}, "say_where"),
        ("2027-03-04", "16:00", {"place": "x" * 301}, "too_long"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    house: House, case: Case, iro: Worker, day: str, time: str, rest: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(deciding.Refused, match=wrong):
        settle(house, iro, case, day, time, **rest)
    assert desk_of(house, iro, case).settled is None


def test_a_day_outside_the_window_that_was_allowed_is_written_down_so(
    house: House, case: Case, iro: Worker
) -> None:
    settle(house, iro, case, "2029-03-05", allowed=True)
    assert actions(house) == ["settled_outside_the_window"]


def test_a_day_outside_the_window_of_a_brother_at_the_same_meeting_is_refused(
    house: House, tmp_path: Path, iro: Worker
) -> None:
    case = make_case(house, tmp_path, {"review": {"meeting_id": "M-1"}})
    his = {"meeting_id": "M-1", "window_start": "2027-02-01", "window_end": "2027-03-03"}
    load_rows(
        house,
        tmp_path,
        [row(review__id="R-2", child__id="C-2", **{f"review__{name}": said for name, said in his.items()})],
    )
    with pytest.raises(deciding.Refused, match="outside_window"):
        settle(house, iro, case, "2027-03-04")
    settle(house, iro, case, "2027-03-03")
    assert actions(house) == ["settled"]


@given(st.dates(dt.date(2026, 1, 1), dt.date(2036, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_a_time_on_a_london_clock_is_that_time_in_winter_and_in_summer(
    day: dt.date, hour: int, minute: int
) -> None:
    wanted = dt.datetime.combine(day, dt.time(hour, minute))
    found = deciding.moment(f"{wanted:%Y-%m-%d}", f"{wanted:%H:%M}")
    assert found is None or london(found).replace(tzinfo=None) == wanted
    assert found is not None or (wanted.month, wanted.hour) == (3, 1)


@given(st.dates(dt.date(2026, 1, 1), dt.date(2036, 12, 31)), st.integers(1, 40))
def test_the_record_is_due_as_the_authority_counts(day: dt.date, days: int) -> None:
    working = record_due(day, Timetable(record_days_after=days))
    assert is_working_day(working, "ENG")
    calendar = record_due(day, Timetable(record_days_after=days, record_days="calendar"))
    assert calendar == day + dt.timedelta(days=days) <= working
