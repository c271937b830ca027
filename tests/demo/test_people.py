"""The made-up authority has a real one's shape, goes through the real door, and is made up."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

import pytest

from webapp.demo.chosen import CHOSEN, OFFERS
from webapp.demo.people import iros, make_rows
from webapp.review.asking import age_on
from webapp.review.incoming import IncomingReview
from webapp.review.incoming_reader import check_row, dotted

TODAY = dt.date(2026, 11, 23)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(make_rows(TODAY))


@pytest.fixture(scope="module")
def children(rows: list[Row]) -> dict[str, Row]:
    return {row["child"]["id"]: row for row in rows}


def day(row: Row) -> dt.date | None:
    held = row["review"].get("held_at")
    return dt.date.fromisoformat(held[:10]) if held else None


@pytest.mark.parametrize(
    "today", [TODAY, dt.date(2027, 2, 28), dt.date(2028, 2, 29), dt.date(2027, 12, 25), dt.date(2027, 3, 31)]
)
def test_every_row_passes_the_importer_whatever_the_day(today: dt.date) -> None:
    made = list(make_rows(today))
    assert len(made) == 1362
    for row in made:
        assert isinstance(check_row(row, "demo", lambda place: (0, dotted(place))), IncomingReview)


def test_the_same_day_makes_the_same_rows(rows: list[Row]) -> None:
    assert list(make_rows(TODAY)) == rows


def test_ages_sexes_placements_and_legal_statuses_are_blackpools(children: dict[str, Row]) -> None:
    found = [row["child"] for row in children.values()]
    assert Counter(child["sex"] for child in found) == {"male": 253, "female": 190}
    assert Counter(child["placement"] for child in found) == {
        "foster": 288, "connected": 33, "residential": 35, "adoption": 43, "parents": 20, "independent": 15,
        "secure": 3, "custody": 2, "other": 4,
    }  # fmt: skip
    assert Counter(child["legal_status"] for child in found) == {
        "care_order": 209, "placement_order": 112, "interim_care_order": 62, "accommodated": 54, "remand": 5,
        "emergency_protection": 1,
    }  # fmt: skip
    assert sum(child["out_of_area"] for child in found) == 211
    ages = [
        age_on(TODAY, dt.date.fromisoformat(child["birth_date"]), 0)
        if child["birth_date"]
        else TODAY.year - child["birth_year"]
        for child in found
    ]
    bands = Counter(
        "0" if age < 1 else "1-4" if age < 5 else "5-10" if age < 11 else "11-15" if age < 16 else "16+"
        for age in ages
    )
    assert bands == {"0": 33, "1-4": 109, "5-10": 100, "11-15": 139, "16+": 62}


def test_reviews_lie_in_the_year_around_today_half_of_them_held(rows: list[Row]) -> None:
    days = [found for row in rows if (found := day(row))]
    assert min(days) > TODAY - dt.timedelta(days=192)
    assert max(days) < TODAY + dt.timedelta(days=192)
    held = sum(row["review"]["status"] == "held" for row in rows)
    assert 640 <= held <= 700
    for row in rows:
        found = day(row)
        assert found is None or (row["review"]["status"] == "held") == (found < TODAY)


def test_nobody_has_a_review_before_coming_into_care(rows: list[Row]) -> None:
    assert all(
        dt.date.fromisoformat(row["child"]["came_into_care"]) <= found for row in rows if (found := day(row))
    )


def test_caseloads_are_even(children: dict[str, Row], rows: list[Row]) -> None:
    for counted, spread in (
        (Counter(row["review"]["iro"] for row in rows), 6),
        (Counter(row["review"]["iro"] for row in children.values()), 8),
    ):
        assert set(counted) == {own for own, _ in iros()}
        assert max(counted.values()) - min(counted.values()) <= spread


def test_brothers_and_sisters_in_one_home_share_carer_phone_iro_and_parents(children: dict[str, Row]) -> None:
    pairs = [
        (row, children[person["id"]])
        for row in children.values()
        for person in row["people"]
        if person["role"] == "sibling" and person["id"] in children
    ]
    assert len(pairs) > 100
    for one, other in pairs:
        assert one["child"]["reach"].get("phone") == other["child"]["reach"].get("phone")
        assert one["review"]["iro"] == other["review"]["iro"]
        for role in ("carer_foster", "parent"):
            ids = [
                {person["id"] for person in row["people"] if person["role"] == role} for row in (one, other)
            ]
            assert ids[0] == ids[1]
    assert any(
        one["child"]["reach"]["phone"] == carer["reach"].get("phone")
        for one, _ in pairs
        for carer in one["people"]
        if carer["role"] == "carer_foster"
    )


def test_some_share_a_meeting_and_each_has_a_review_of_their_own(rows: list[Row]) -> None:
    meetings: dict[str, list[Row]] = {}
    for row in rows:
        if meeting := row["review"].get("meeting_id"):
            meetings.setdefault(meeting, []).append(row)
    shared = [group for group in meetings.values() if len(group) > 1]
    assert len(shared) > 50
    for group in shared:
        assert len({row["review"].get("held_at") for row in group}) == 1
        assert len({row["child"]["id"] for row in group}) == len(group)


def test_some_need_an_interpreter_easy_read_or_a_way_of_their_own_to_say_yes(
    children: dict[str, Row],
) -> None:
    found = [row["child"] for row in children.values()]
    assert sum(child.get("needs_interpreter", False) for child in found) >= 20
    assert sum(child.get("format") == "easy_read" for child in found) >= 20
    assert any(child.get("communication") for child in found)
    assert any(child["birth_date"] is None for child in found)
    assert any(child.get("unaccompanied") for child in found)
    people = [person for row in children.values() for person in row["people"]]
    assert any(person.get("no_contact") for person in people)
    assert any(not person["may_be_named"] for person in people)
    assert any(person.get("hold") == "died" for person in people)


def test_every_phone_email_and_address_is_invented(rows: list[Row]) -> None:
    for row in rows:
        for someone in (row["child"], *row["people"]):
            reach = someone.get("reach", {})
            assert re.fullmatch(r"07700 900\d{3}", reach.get("phone", "07700 900000"))
            assert reach.get("email", "a@example.org").endswith("@example.org")
            assert re.match(r"(SX|QV|ZK|JX)\d", reach.get("address", ["SX1"])[-1])


def test_the_chosen_are_there_with_a_review_in_three_to_six_weeks(rows: list[Row]) -> None:
    for chosen in CHOSEN:
        coming = [
            found for row in rows if row["child"]["id"] == chosen.id and (found := day(row)) and found > TODAY
        ]
        assert 21 <= (min(coming) - TODAY).days <= 42


def test_everyone_whom_the_demo_page_offers_can_come_in(children: dict[str, Row]) -> None:
    for offer in OFFERS:
        row = children[offer.child]
        someone = (
            next(person for person in row["people"] if person["id"] == offer.person)
            if offer.person
            else row["child"]
        )
        assert someone["known_fact"]["value"]
        assert someone["reach"]["way"] in ("email", "letter")
        assert someone["reach"]["phone"]
        if offer.person:
            assert someone["consulted"]


def test_the_chosen_are_who_the_page_says(children: dict[str, Row]) -> None:
    people = {person["id"]: person for row in children.values() for person in row["people"]}
    assert not people["P-GRACE-OBI"]["may_know_address"]
    assert not people["P-LEANNE-WADE"]["may_attend"]
    assert people["P-LEANNE-WADE"]["consulted"]
    roles = {own: people[own]["role"] for own in ("P-MAUREEN-BLOOM", "P-MARCUS-REID", "P-RACHEL-PENROSE")}
    assert list(roles.values()) == ["carer_foster", "carer_residential", "adopter"]
    assert children["C-ZAINAB"]["child"]["language"] == "ur"
    assert children["C-ROSIE"]["review"]["meeting_id"] == children["C-ALFIE"]["review"]["meeting_id"]
