"""What a row may say: each field, and what must agree between fields."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from config import ROOT
from tests.review.incoming_rows import row
from webapp.review.incoming import LONDON, IncomingReview, json_schema
from webapp.review.incoming_reader import check_row, dotted


def check(data: Any) -> IncomingReview | list[tuple[str, str]]:
    found = check_row(data, "in.jsonl", lambda place: (7, dotted(place)))
    if isinstance(found, IncomingReview):
        return found
    assert all((problem.file, problem.line) == ("in.jsonl", 7) for problem in found)
    return [(problem.field, problem.reason) for problem in found]


def fields(data: Any) -> list[str]:
    found = check(data)
    return [] if isinstance(found, IncomingReview) else [field for field, _ in found]


def test_a_fair_row_is_read_with_its_people_and_decisions() -> None:
    found = check(row())
    assert isinstance(found, IncomingReview)
    assert [person.called for person in found.people] == ["Mum", None, None]
    assert [decision.text for decision in found.review.last_decisions] == [
        "Swimming on Tuesdays",
        "See Nan more",
    ]


def test_a_phone_number_is_kept_in_its_international_form() -> None:
    found = check(row())
    assert isinstance(found, IncomingReview)
    assert found.people[1].reach.phone == "+447700900123"


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2027-03-02T16:00", "2027-03-02T16:00:00+00:00"),
        ("2027-07-02T16:00", "2027-07-02T16:00:00+01:00"),
        ("2027-07-02T15:00Z", "2027-07-02T16:00:00+01:00"),
        ("2027-10-31T01:30+01:00", "2027-10-31T01:30:00+01:00"),
    ],
)
def test_a_time_without_an_offset_is_london_clock_time(written: str, clock: str) -> None:
    found = check(row(review__held_at=written))
    assert isinstance(found, IncomingReview)
    assert found.review.held_at is not None
    assert found.review.held_at.isoformat() == clock
    assert found.review.held_at.tzinfo is LONDON


@pytest.mark.parametrize("written", ["2027-03-28T01:30", "2027-10-31T01:30"])
def test_a_time_that_the_clock_change_skips_or_repeats_needs_its_offset(written: str) -> None:
    assert check(row(review__held_at=written)) == [
        ("review.held_at", "London's clocks skip this time or show it twice: add the offset, as in +01:00")
    ]


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00Z", "9999-12-31T23:59-12:00", "1899-12-31T10:00"])
def test_a_moment_at_the_end_of_the_calendar_is_refused(written: str) -> None:
    assert [place for place, _ in check(row(review__held_at=written))] == ["review.held_at"]


@pytest.mark.parametrize(
    "written",
    ["28/03/2027", "2027-02-30", 1800000000, "2027-3-1", "", None, True, "0001-01-01", "9999-12-31"],
)
def test_only_a_day_that_exists_in_the_iso_form_is_a_day(written: Any) -> None:
    assert check(row(review__window_end=written)) == [
        ("review.window_end", "must be a day that exists, as in 2027-03-28")
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"review__kind": "someday"}, "review.kind"),
        ({"review__id": ""}, "review.id"),
        ({"review__id": "../../x y"}, "review.id"),
        ({"review__iro": ...}, "review.iro"),
        ({"review__colour": "red"}, "review.colour"),
        ({"child__out_of_area": "yes"}, "child.out_of_area"),
        ({"child__birth_year": "2016"}, "child.birth_year"),
        ({"child__given_name": " "}, "child.given_name"),
        ({"child__given_name": "Ma\x00ya"}, "child.given_name"),
        ({"child__given_name": "Ma\ud800ya"}, "child.given_name"),
        ({"child__given_name": "M" * 121}, "child.given_name"),
        ({"child__language": "English please"}, "child.language"),
        ({"people__0__reach__email": "a@b\r\nBcc: c@example.org"}, "people[0].reach.email"),
        ({"people__0__reach__email": "a@example.org,b@example.org"}, "people[0].reach.email"),
        ({"people__1__reach__phone": "12"}, "people[1].reach.phone"),
        ({"people__1__reach__phone": "call me"}, "people[1].reach.phone"),
        ({"people__1__role": "mum"}, "people[1].role"),
        ({"people": {}}, "people"),
        ({"people": ["P-1"]}, "people[0]"),
        ({"child": None}, "child"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], field: str) -> None:
    assert fields(row(**changes)) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"review__window_end": "2027-01-31"}, "review.window_end"),
        ({"review__status": "held", "review__held_at": None}, "review.held_at"),
        ({"review__last_decisions__1__id": "D-1"}, "review.last_decisions"),
        ({"child__birth_date": None}, "child.birth_year"),
        ({"child__birth_year": 2015}, "child.birth_year"),
        ({"child__came_into_care": "2016-05-03"}, "child.came_into_care"),
        ({"child__known_fact": None}, "child.known_fact"),
        ({"child__known_fact__value": "05-04"}, "child.known_fact.value"),
        ({"child__reach__address": []}, "child.reach.address"),
        ({"people__1__id": "P-1"}, "people[1].id"),
        ({"people__1__id": "C-1"}, "people[1].id"),
        ({"people__0__reach__email": None}, "people[0].reach.email"),
        ({"people__1__reach__phone": None}, "people[1].reach.phone"),
        ({"people__1__reach__way": "letter"}, "people[1].reach.address"),
        ({"people__1__known_fact": None}, "people[1].known_fact"),
        ({"people__1__known_fact": {"kind": "birthday", "value": "30-02"}}, "people[1].known_fact.value"),
        ({"people__1__known_fact": {"kind": "birthday", "value": "1-2"}}, "people[1].known_fact.value"),
        ({"people__0__known_fact__value": "SX2"}, "people[0].known_fact.value"),
        ({"people__2__may_attend": False}, "people[2].must_attend"),
        ({"people__2__no_contact": True}, "people[2].must_attend"),
        ({"people__0__consulted": False}, "people[0].consult_authorised_by"),
        ({"child__placement": "adoption", "people__0__may_know_address": True}, "people[0].may_know_address"),
        ({"people__1__role": "adopter", "people__0__may_know_school": True}, "people[0].may_know_school"),
        ({"review__kind": "adoption"}, "people[0].may_attend"),
    ],
)
def test_fields_that_disagree_are_refused_at_the_field_to_change(changes: dict[str, Any], field: str) -> None:
    assert fields(row(**changes)) == [field]


def test_every_disagreement_is_reported_at_once() -> None:
    data = row(review__window_end="2027-01-31", child__known_fact=None, people__1__id="P-1")
    assert fields(data) == ["review.window_end", "child.known_fact", "people[1].id"]


def test_a_leap_day_is_a_birthday() -> None:
    assert fields(row(child__birth_date="2016-02-29", child__known_fact__value="29-02")) == []


def test_an_assigned_birthday_need_not_be_the_one_that_the_child_knows() -> None:
    assert fields(row(child__birth_date_assigned=True, child__known_fact__value="11-09")) == []


def test_a_child_whose_birthday_is_not_known_needs_the_year_only() -> None:
    data = row(
        child__birth_date=None, child__birth_year=2016, child__known_fact={"kind": "word", "value": "otter"}
    )
    assert fields(data) == []


@pytest.mark.parametrize(("born", "faulty"), [("2014-02-02", True), ("2014-02-01", False)])
def test_whatsapp_is_refused_until_the_thirteenth_birthday(born: str, faulty: bool) -> None:
    day, month = born[8:], born[5:7]
    data = row(
        child__birth_date=born,
        child__known_fact__value=f"{day}-{month}",
        child__reach={"way": "whatsapp", "phone": "07700 900124"},
    )
    assert fields(data) == (["child.reach.way"] if faulty else [])


def test_a_person_under_no_contact_is_taken_in_although_marked_as_consulted() -> None:
    assert fields(row(people__0__no_contact=True)) == []


def test_a_reason_never_quotes_what_was_typed() -> None:
    canary = "zebrafinch"
    data = row(child__given_name=canary * 40, child__sex=canary, people__1__reach__phone=canary)
    assert canary not in str(check(data))


def test_the_published_schema_is_the_one_that_the_models_give() -> None:
    published = json.loads((ROOT / "static/schemas/review-import-1.json").read_text("utf-8"))
    assert published == json_schema(), "write it again: python -m webapp.review.incoming"


def test_the_published_schema_takes_fair_rows_and_refuses_strange_keys() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(row())
    assert not validator.is_valid(row(child__shoe_size=4))
    assert not validator.is_valid(row(people__0__role="mum"))
