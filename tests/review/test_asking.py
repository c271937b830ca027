"""Who may be asked, listed and sent to: each rule of the domain as a case."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from webapp.booklet.definition import Booklet, Fact, Who
from webapp.review import asking
from webapp.review.asking import Asked, Case, NotAsked, Reach, old_enough_for_whatsapp

ENDED = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def booklet(name: str, who: Who, **more: Any) -> Booklet:
    """A booklet of one question."""
    asked = {"id": "one", "kind": "words", "text": "Anything?"}
    sections = [{"id": "part", "title": "A part", "questions": [asked]}]
    shape = {"id": name, "title": name, "who": who, "record": "views", "summary": name, "sections": sections}
    return Booklet.model_validate({**shape, **more})


MENU = booklet("menu", "child", record="invite_choices")
LIFE = booklet("a_life", "child")
SEEN = booklet("seen", "observer", only_for=["under_4", "no_words"])
BOOKLETS = [MENU, booklet("parents", "parent"), booklet("carers", "carer")]
TODAY = dt.date(2027, 2, 1)
CLOSES = dt.date(2027, 3, 2)
CASE = Case("child", 10, "later", "care_order", "foster")


@dataclass
class Someone:
    """A place in the case."""

    id: str = "mum"
    role: str = "parent"
    parental_responsibility: bool = True
    consulted: bool = True
    may_attend: bool = True
    no_contact: bool = False
    may_be_named: bool = True
    hold: str = "none"
    ended_at: dt.datetime | None = None


def case(**changes: Any) -> Case:
    return dataclasses.replace(CASE, **changes)


def ask(place: Someone, **changes: Any) -> Asked | NotAsked:
    return asking.ask_person(case(**changes), place, BOOKLETS)


@pytest.mark.parametrize(
    ("role", "responsible", "who"),
    [
        ("parent", True, "parent"),
        ("parent", False, "parent"),  # consulted without responsibility
        ("grandparent", True, "parent"),
        ("relative", True, "parent"),
        ("carer_foster", False, "carer"),
        ("carer_connected", True, "carer"),  # a grandmother who fosters answers as the carer
        ("carer_residential", False, "carer"),
    ],
)
def test_each_role_gets_its_booklet(role: str, responsible: bool, who: Who) -> None:
    found = ask(Someone(role=role, parental_responsibility=responsible))
    assert isinstance(found, Asked)
    assert (found.who, found.booklets) == (who, (f"{who}s",))


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (Someone(consulted=False), "not_consulted"),
        (Someone(no_contact=True), "no_contact"),
        (Someone(no_contact=True, consulted=True, role="carer_foster"), "no_contact"),
        (Someone(hold="bereaved"), "person_hold"),
        (Someone(hold="died"), "person_hold"),
        (Someone(ended_at=ENDED), "ended"),
        (Someone(role="teacher", parental_responsibility=False), "no_role"),
        (Someone(role="social_worker", parental_responsibility=False), "no_role"),
        (Someone(role="grandparent", parental_responsibility=False), "no_role"),
        (Someone(role="previous_carer", parental_responsibility=False), "no_role"),
    ],
)
def test_who_may_not_be_asked_is_not_and_it_says_why(place: Someone, reason: str) -> None:
    assert ask(place) == NotAsked("mum", reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("hold", ["missing", "moved", "bereaved", "died", "left_care"])
def test_a_hold_on_the_child_stops_everybody(hold: str) -> None:
    assert ask(Someone(), hold=hold) == NotAsked("mum", "hold")
    assert asking.ask_child(case(hold=hold), [], BOOKLETS) == NotAsked("child", "hold")
    assert asking.may_send(case(hold=hold), None, "planned", CLOSES, TODAY) == "hold"
    assert asking.may_send(case(hold=hold), Someone(), "planned", CLOSES, TODAY) == "hold"


@pytest.mark.parametrize(
    ("age", "reason"), [(0, "too_young"), (3, "too_young"), (18, "adult"), (20, "adult")]
)
def test_a_child_under_four_and_a_grown_up_have_no_booklet(age: int, reason: str) -> None:
    assert asking.ask_child(case(age=age), [], BOOKLETS) == NotAsked("child", reason)  # type: ignore[arg-type]


def test_parents_and_carers_are_asked_about_a_baby_too() -> None:
    assert isinstance(ask(Someone(), age=0), Asked)


def test_nobody_is_asked_a_booklet_that_is_not_on_file() -> None:
    assert asking.ask_child(CASE, [], []) == NotAsked("child", "no_booklet")
    assert asking.ask_person(CASE, Someone(), []) == NotAsked("mum", "no_booklet")


def names(found: Asked | NotAsked) -> tuple[str, ...]:
    """The booklets given; none to whoever is not asked."""
    return found.booklets if isinstance(found, Asked) else ()


def test_a_child_gets_the_review_menu_first_and_then_the_other_booklets() -> None:
    everything = [
        LIFE,
        *BOOKLETS,
        booklet("home", "child", asked="apart"),
        booklet("later", "child", asked="after"),
    ]
    assert names(asking.ask_child(CASE, [], everything)) == ("menu", "a_life")
    assert names(asking.ask_child(CASE, [], everything, "after")) == ("later",)


@pytest.mark.parametrize(
    ("changes", "given"),
    [({"age": 3}, ("carers", "seen")), ({"age": 4}, ("carers",)), ({"no_words": True}, ("carers", "seen"))],
)
def test_a_carer_also_says_what_was_seen_where_the_child_uses_no_words(
    changes: dict[str, Any], given: tuple[str, ...]
) -> None:
    carer = Someone(role="carer_foster")
    assert names(asking.ask_person(case(**changes), carer, [SEEN, *BOOKLETS])) == given
    assert names(asking.ask_person(case(**changes), Someone(), [SEEN, *BOOKLETS])) == ("parents",)


def test_an_adopter_gets_their_own_booklet_or_else_the_carers() -> None:
    adopter, own = Someone(role="adopter"), booklet("adopters", "adopter")
    assert names(asking.ask_person(case(age=3), adopter, [SEEN, *BOOKLETS])) == ("carers", "seen")
    assert names(asking.ask_person(case(age=3), adopter, [SEEN, own, *BOOKLETS])) == ("adopters", "seen")


def test_nobody_is_given_the_observers_booklet_alone() -> None:
    assert names(asking.ask_person(case(age=3), Someone(role="carer_foster"), [SEEN])) == ()


def test_after_a_review_each_is_asked_how_it_was_in_their_own_words() -> None:
    how = [booklet(f"how_{who}", who, asked="after") for who in ("child", "parent", "carer")]
    for role, name in (("parent", "how_parent"), ("carer_foster", "how_carer"), ("adopter", "how_carer")):
        assert names(
            asking.ask_person(case(age=3), Someone(role=role), [*how, SEEN, *BOOKLETS], stage="after")
        ) == (name,)


def test_a_booklet_is_not_given_where_a_fact_speaks_against_it() -> None:
    assert names(
        asking.ask_child(case(placement="secure"), [], [MENU, booklet("x1", "child", not_for=["secure"])])
    ) == ("menu",)


def test_how_it_was_is_sent_only_once_the_review_was_held() -> None:
    assert asking.may_send(CASE, None, "held", CLOSES, TODAY, "after") is None
    assert asking.may_send(CASE, None, "planned", CLOSES, TODAY, "after") == "review_not_held"
    assert asking.may_send(CASE, None, "cancelled", CLOSES, TODAY, "after") == "review_cancelled"
    assert asking.may_send(case(hold="died"), None, "held", CLOSES, TODAY, "after") == "hold"


@pytest.mark.parametrize(
    ("age", "facts"),
    [
        (4, {"age_4_7"}), (7, {"age_4_7"}), (8, {"age_8_11"}), (11, {"age_8_11"}), (12, {"age_12_plus"}),
        (15, {"age_12_plus"}), (16, {"age_12_plus", "age_16_plus"}), (17, {"age_12_plus", "age_16_plus"}),
    ],
)  # fmt: skip
def test_the_age_band_is_one_of_three_and_sixteen_adds_its_own(age: int, facts: set[str]) -> None:
    found = asking.ask_child(case(age=age), [], BOOKLETS)
    assert isinstance(found, Asked)
    assert {fact for fact in found.facts if fact.startswith("age_")} == facts


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"placement": "foster"}, "foster"),
        ({"placement": "connected"}, "connected"),
        ({"placement": "residential"}, "residential"),
        ({"placement": "custody"}, "secure"),
        ({"placement": "secure"}, "secure"),
        ({"placement": "adoption"}, "adoption"),
        ({"legal_status": "short_breaks", "placement": "parents"}, "short_breaks"),
        ({"review_kind": "short_breaks"}, "short_breaks"),
        ({"review_kind": "first"}, "first_review"),
        ({"has_decisions": True}, "has_decisions"),
        ({"unaccompanied": True}, "unaccompanied"),
        ({"out_of_area": True}, "out_of_area"),
        ({"needs_interpreter": True}, "needs_interpreter"),
        ({"legal_status": "placement_order"}, "adoption"),
        ({"review_kind": "adoption"}, "adoption"),
        ({"adopters": True}, "adoption"),
    ],
)
def test_what_is_true_of_a_child_is_among_the_facts(changes: dict[str, Any], fact: str) -> None:
    without = asking.ask_child(case(placement="other"), [], BOOKLETS)
    found = asking.ask_child(case(**{"placement": "other", **changes}), [], BOOKLETS)
    assert isinstance(found, Asked)
    assert isinstance(without, Asked)
    assert fact in found.facts
    assert fact not in without.facts


def test_people_and_brothers_and_sisters_are_facts_only_where_they_may_be_listed() -> None:
    sibling = Someone(role="sibling")
    assert asking.ask_child(CASE, [], BOOKLETS).facts == ("age_8_11", "foster")  # type: ignore[union-attr]
    found = asking.ask_child(CASE, [sibling], BOOKLETS)
    assert {"has_people", "has_brothers_or_sisters"} <= set(found.facts)  # type: ignore[union-attr]
    adopted = asking.ask_child(CASE, [dataclasses.replace(sibling, may_be_named=False)], BOOKLETS)
    assert not {"has_people", "has_brothers_or_sisters"} & set(adopted.facts)  # type: ignore[union-attr]


def test_a_parents_facts_never_tell_where_the_child_lives() -> None:
    for placement in asking.PLACEMENT_FACTS:
        told = ask(Someone(), placement=placement, out_of_area=True, needs_interpreter=True)
        assert isinstance(told, Asked)
        assert set(told.facts) <= {"age_8_11", "adoption"}


def test_a_carers_facts_follow_their_own_role_and_need() -> None:
    found = asking.ask_person(CASE, Someone(role="carer_residential"), BOOKLETS, needs_interpreter=True)
    assert isinstance(found, Asked)
    assert set(found.facts) == {"age_8_11", "residential", "needs_interpreter"}


@pytest.mark.parametrize(
    "changes",
    [
        {"placement": "adoption"},
        {"legal_status": "placement_order"},
        {"review_kind": "adoption"},
        {"adopters": True},
    ],
)
def test_birth_parents_in_adoption_answer_only_if_consulted_and_with_the_fact_that_drops_will_i_come(
    changes: dict[str, Any],
) -> None:
    found = ask(Someone(may_attend=False), **changes)
    assert isinstance(found, Asked)
    assert "adoption" in found.facts
    assert ask(Someone(consulted=False), **changes) == NotAsked("mum", "not_consulted")


@pytest.mark.parametrize(
    "place",
    [
        Someone(may_be_named=False), Someone(may_attend=False), Someone(ended_at=ENDED), Someone(no_contact=True),
        Someone(hold="died"), Someone(hold="missing"),
    ],
)  # fmt: skip
def test_the_childs_menu_leaves_out_whom_it_must(place: Someone) -> None:
    assert not asking.may_be_listed(place, frozenset())


def test_the_childs_menu_lists_who_may_be_named_and_may_come() -> None:
    assert asking.may_be_listed(Someone(), frozenset())
    assert asking.may_be_listed(Someone(consulted=False), frozenset())


@pytest.mark.parametrize("fact", ["adoption", "unaccompanied"])
def test_mum_and_dad_are_not_listed_in_adoption_nor_for_an_unaccompanied_child(fact: Fact) -> None:
    assert not asking.may_be_listed(Someone(), frozenset([fact]))
    assert asking.may_be_listed(Someone(role="sibling"), frozenset([fact]))


@pytest.mark.parametrize(
    ("status", "closes", "reason"),
    [
        ("planned", CLOSES, None),
        ("postponed", CLOSES, None),
        ("cancelled", CLOSES, "review_cancelled"),
        ("held", CLOSES, "review_held"),
        ("planned", TODAY, None),
        ("planned", dt.date(2027, 1, 31), "closed"),
    ],
)
def test_nothing_is_sent_once_a_review_is_over_or_off(
    status: str, closes: dt.date, reason: str | None
) -> None:
    assert asking.may_send(CASE, Someone(), status, closes, TODAY) == reason
    assert asking.may_send(CASE, None, status, closes, TODAY) == reason


@pytest.mark.parametrize(
    "change", [{"consulted": False}, {"no_contact": True}, {"hold": "moved"}, {"ended_at": ENDED}]
)
def test_every_send_is_checked_against_the_persons_own_flags(change: dict[str, Any]) -> None:
    assert asking.may_send(CASE, Someone(**change), "planned", CLOSES, TODAY) is not None


def test_a_child_who_turned_eighteen_gets_nothing_more_nor_does_anybody_about_them() -> None:
    assert asking.may_send(case(age=18), None, "planned", CLOSES, TODAY) == "adult"
    assert asking.may_send(case(age=18), Someone(), "planned", CLOSES, TODAY) == "adult"


@pytest.mark.parametrize(
    ("reach", "ways", "found"),
    [
        (Reach("email", True, True), {"email", "letter"}, ("email", None)),
        (Reach("letter", True, True), {"email", "letter"}, ("letter", None)),
        (Reach("letter", False, False), {"email", "letter"}, ("", "no_address")),
        (Reach("email", False, True), {"email", "letter"}, ("letter", None)),
        (Reach("email", False, False), {"email", "letter"}, ("", "no_email")),
        (Reach("email", True, False), {"letter"}, ("", "no_sender")),
        (Reach("email", True, True), {"letter"}, ("letter", None)),
        (Reach("sms", True, True), {"email", "letter"}, ("letter", None)),
        (Reach("sms", True, False), {"email", "letter"}, ("", "no_sender")),
        (Reach("whatsapp", False, False), {"email"}, ("", "no_sender")),
        (Reach("none", True, True), {"email", "letter"}, ("", "way_none")),
        (Reach("sms", phone=True), {"sms", "letter"}, ("sms", None)),
        (Reach("sms", address=True), {"sms", "letter"}, ("", "no_phone")),
        (Reach("sms", phone=True, address=True, shut="opted_out"), {"sms", "letter"}, ("", "opted_out")),
        (Reach("sms", phone=True, shut="wrong_number"), {"sms"}, ("", "wrong_number")),
        (Reach("whatsapp", phone=True, whatsapp=True), {"sms", "whatsapp"}, ("whatsapp", None)),
        (Reach("whatsapp", phone=True), {"sms", "whatsapp"}, ("sms", None)),
        (Reach("whatsapp", phone=True, whatsapp=True), {"sms"}, ("sms", None)),
        (Reach("whatsapp", phone=True), {"whatsapp"}, ("", "no_sender")),
        (Reach("sms", phone=True, whatsapp=True), {"whatsapp"}, ("", "no_sender")),
        (Reach("none", phone=True), {"sms"}, ("", "way_none")),
        (Reach("letter", False, True), {"email"}, ("", "no_sender")),
    ],
)
def test_the_way_is_the_wanted_one_else_a_letter_else_a_reason(
    reach: Reach, ways: set[str], found: tuple[str, str | None]
) -> None:
    assert asking.way_to(reach, ways) == found


def test_a_child_in_custody_is_written_to_on_paper_only() -> None:
    locked = case(placement="custody")
    assert asking.on_paper(locked)
    assert asking.way_to(Reach("email", True, True), {"email", "letter"}, on_paper=True) == ("letter", None)
    assert asking.way_to(Reach("email", True, False), {"email", "letter"}, on_paper=True) == (
        "",
        "on_paper_only",
    )


@pytest.mark.parametrize(
    ("on", "born", "year", "age"),
    [
        ("2027-05-03", "2016-05-04", 2016, 10),
        ("2027-05-04", "2016-05-04", 2016, 11),
        ("2027-02-28", "2012-02-29", 2012, 14),
        ("2027-03-01", "2012-02-29", 2012, 15),
        ("2028-02-29", "2012-02-29", 2012, 16),
        ("2027-01-01", None, 2023, 4),  # only the year is known
    ],
)
def test_age_is_counted_in_whole_years(on: str, born: str | None, year: int, age: int) -> None:
    birth_date = dt.date.fromisoformat(born) if born else None
    assert asking.age_on(dt.date.fromisoformat(on), birth_date, year) == age


@pytest.mark.parametrize(
    ("today", "born", "year", "enough"),
    [
        ("2027-05-03", "2014-05-04", 2014, False),
        ("2027-05-04", "2014-05-04", 2014, True),
        ("2027-02-28", "2014-03-01", 2014, False),
        ("2027-12-30", None, 2014, False),
        ("2027-12-31", None, 2014, True),
    ],
)
def test_thirteen_is_old_enough_for_whatsapp_and_an_unknown_birthday_is_the_last_of_the_year(
    today: str, born: str | None, year: int, enough: bool
) -> None:
    birthday = dt.date.fromisoformat(born) if born else None
    assert old_enough_for_whatsapp(dt.date.fromisoformat(today), birthday, year) == enough
