"""Who may be contacted: people a child added, people in the case, and the press before a mailing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case, load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.deciding import a_person, ask, decide, desk_of, ref
from tests.fixtures.staff import Worker
from tests.messaging.doubles import KeepingMessenger
from webapp.house import House
from webapp.review.incoming import Reach
from webapp.services import checking, checking_people, inviting, mailing
from webapp.services.checking import Checked, OwnReview
from webapp.services.checking_people import NotCheckedError, Verdict
from webapp.services.deciding import Refused
from webapp.services.sending import send_due
from webapp.store import Audit, Consultation, Involvement, PersonCheck, Review

YES = Verdict("may_be_asked", "Spoke to him on Monday.", Reach(way="sms", phone="07700 900456"))


def own(s: Any, house: House, worker: Worker, case: Case) -> OwnReview:
    """The social worker's review, held."""
    found = checking.own_review(s, house.vault, worker.id, case.review_id, lock=True)
    assert found is not None
    return found


def phil(house: House, case: Case) -> str:
    """The key of whom the child added."""
    with house.db.reading() as s:
        (key,) = checking_people.added(s, house.vault, case.review_id)
    return key


def check(house: House, worker: Worker, case: Case, key: str, said: Verdict) -> None:
    """The social worker checks somebody whom the child added."""
    with house.db.writing() as s:
        checking_people.check_added(
            s, house.vault, house.clock(), worker.id, own(s, house, worker, case), key, said
        )


def may(house: House, case: Case, who: str) -> bool:
    """Whether they may be contacted."""
    with house.db.reading() as s:
        return checking.may_be_contacted(s, house.vault, case.review_id, who)


def checks(house: House, worker: Worker, case: Case) -> list[Checked]:
    """All checks in force."""
    with house.db.reading() as s:
        found = checking.own_review(s, house.vault, worker.id, case.review_id)
        assert found is not None
        return checking.checks(s, found.key, case.review_id)


def test_nobody_whom_a_child_added_is_contacted_before_the_check(
    house: House, case: Case, social_worker: Worker
) -> None:
    ask(house, case)
    key = phil(house, case)
    assert not may(house, case, key)
    check(house, social_worker, case, key, YES)
    assert may(house, case, key)
    (kept,) = checks(house, social_worker, case)
    assert (kept.name, kept.relation, kept.by) == ("Uncle Phil", "my uncle", "Femi Adeyemi")
    assert kept.reach["phone"] == "+447700900456"
    with house.db.reading() as s:
        row = s.scalars(select(PersonCheck)).one()
        line = s.scalars(select(Audit).where(Audit.action == "checked_may_be_asked")).one()
    assert b"Phil" not in row.sealed
    assert b"900456" not in row.sealed
    assert (line.actor, line.child_id, line.subject) == (
        f"staff:{social_worker.id}", case.child_id, f"person_check:{row.id}",
    )  # fmt: skip


def test_a_check_that_is_made_anew_keeps_the_one_before_and_the_newest_holds(
    house: House, case: Case, social_worker: Worker, clock: SettableClock
) -> None:
    ask(house, case)
    key = phil(house, case)
    check(house, social_worker, case, key, YES)
    clock.move(seconds=1)
    check(house, social_worker, case, key, Verdict("may_not", "A court order says no contact."))
    assert not may(house, case, key)
    assert checks(house, social_worker, case)[0].reach == {"way": "none", "address": []}, (
        "no address is kept for a no"
    )
    with house.db.reading() as s:
        assert len(s.scalars(select(PersonCheck)).all()) == 2


def test_somebody_who_turns_out_to_be_in_the_case_is_asked_as_the_case_says(
    house: House, case: Case, social_worker: Worker
) -> None:
    ask(house, case)
    key, mum = phil(house, case), ref(house, "parent")
    check(house, social_worker, case, key, Verdict("same_as", same_as=mum))
    assert may(house, case, key)
    with house.db.writing() as s:
        said = Verdict("may_not", "She has moved away.")
        checking_people.check_person(
            s, house.clock(), social_worker.id, own(s, house, social_worker, case), mum, said
        )
    assert not may(house, case, mum)
    assert not may(house, case, key)


@pytest.mark.parametrize(
    ("said", "code"),
    [(Verdict(""), "outcome"), (Verdict("may_not", "  "), "note"), (Verdict("same_as"), "who"),
     (Verdict("same_as", same_as="0" * 32), "who"), (Verdict("may_be_asked", "x" * 2001), "too_long")],
)  # fmt: skip
def test_a_check_that_says_too_little_is_refused_and_nothing_is_kept(
    house: House, case: Case, social_worker: Worker, said: Verdict, code: str
) -> None:
    ask(house, case)
    with pytest.raises(NotCheckedError) as refused:
        check(house, social_worker, case, phil(house, case), said)
    assert refused.value.code == code
    assert checks(house, social_worker, case) == []


def test_who_is_not_asked_for_or_refused_or_shown_to_the_iro_alone_is_nobodys_to_check(
    house: House, case: Case, social_worker: Worker
) -> None:
    ask(house, case)
    key = phil(house, case)
    alone = [{"name": "Uncle Phil", "who": "my uncle", **a_person("no")}]
    ask(house, case, who=({"people": {}, "added": alone}, ""))
    with pytest.raises(NotCheckedError) as refused:
        check(house, social_worker, case, key, YES)
    assert refused.value.code == "gone"


def test_the_officer_may_agree_to_somebody_once_they_are_checked(
    house: House, case: Case, iro: Worker, social_worker: Worker
) -> None:
    ask(house, case)
    key = phil(house, case)
    assert desk_of(house, iro, case).leaves[key] == "added"
    with pytest.raises(Refused):
        decide(house, iro, case, key)
    check(house, social_worker, case, key, YES)
    assert key not in desk_of(house, iro, case).leaves
    assert decide(house, iro, case, key) == 1


def test_another_childs_worker_gets_nothing_to_check_and_a_moved_case_changes_at_once(
    house: House, case: Case, social_worker: Worker, tmp_path: Path
) -> None:
    ask(house, case)
    moved = {**case.row, "review": {**case.row["review"], "social_worker": {"id": "S-99", "name": "Pat Low"}}}
    load_rows(house, tmp_path, [moved])
    with house.db.reading() as s:
        assert checking.own_review(s, house.vault, social_worker.id, case.review_id) is None


def test_a_review_that_is_over_is_closed_to_its_worker_once_a_newer_one_names_another(
    house: House, case: Case, social_worker: Worker, tmp_path: Path
) -> None:
    with house.db.writing() as s:
        s.get_one(Review, case.review_id).status = "held"
    with house.db.reading() as s:
        assert checking.own_review(s, house.vault, social_worker.id, case.review_id) is not None
    review = case.row["review"]
    newer = {
        **review,
        "id": "R-NEW",
        "status": "planned",
        "held_at": "2027-08-18T16:00:00",
        "window_start": "2027-07-01",
        "window_end": "2027-08-31",
        "social_worker": {"id": "S-99", "name": "Pat Low"},
    }
    load_rows(house, tmp_path, [{**case.row, "review": newer}])
    with house.db.reading() as s:
        assert checking.own_review(s, house.vault, social_worker.id, case.review_id) is None


def press(house: House, worker: Worker, case: Case, seen: str = "") -> bool:
    """These people may be asked."""
    with house.db.writing() as s:
        mine = own(s, house, worker, case)
        here = mailing.standing(s, mine.key, case.review_id, case.child_id)
        return mailing.confirm(s, house.clock(), worker.id, mine, seen or here.version)


def standing(house: House, worker: Worker, case: Case) -> mailing.Standing:
    """The set and its last check."""
    with house.db.reading() as s:
        found = checking.own_review(s, house.vault, worker.id, case.review_id)
        assert found is not None
        return mailing.standing(s, found.key, case.review_id, case.child_id)


def change(house: House, role: str, **values: Any) -> None:
    """The case system says something else of this person."""
    with house.db.writing() as s:
        row = s.scalars(select(Involvement).where(Involvement.role == role)).one()
        for name, value in values.items():
            setattr(row, name, value)


def plan(house: House) -> None:
    inviting.plan(house.db, house.vault, house.authority, house.booklets, ("email", "letter"), house.clock)


def test_the_press_holds_until_anything_about_anybody_is_another_and_says_what(
    house: House, case: Case, social_worker: Worker, clock: SettableClock
) -> None:
    assert not standing(house, social_worker, case).holds
    assert press(house, social_worker, case)
    assert standing(house, social_worker, case).holds
    plan(house)
    assert standing(house, social_worker, case).holds, "nothing changed"
    change(house, "parent", consulted=False)
    change(house, "carer_foster", ended_at=house.clock())
    plan(house)
    here = standing(house, social_worker, case)
    assert not here.holds
    assert [(one.what, one.flags, one.role) for one in here.changes] == [
        ("changed", ("consulted",), ""), ("ended", (), "carer_foster"),
    ]  # fmt: skip
    change(house, "parent", consulted=True)
    change(house, "carer_foster", ended_at=None)
    assert not standing(house, social_worker, case).holds, "it was another in between: it is asked again"
    clock.move(seconds=1)
    assert press(house, social_worker, case)
    assert standing(house, social_worker, case).holds


def test_a_press_on_a_set_that_changed_while_it_was_read_keeps_nothing(
    house: House, case: Case, social_worker: Worker
) -> None:
    seen = standing(house, social_worker, case).version
    change(house, "parent", no_contact=True)
    assert not press(house, social_worker, case, seen)
    assert not standing(house, social_worker, case).holds


def go_out(house: House, *, waits: bool) -> KeepingMessenger:
    """Everything that is due is sent, with the setting so."""
    kept = KeepingMessenger()
    rules = house.authority.model_copy(update={"mailing_waits_for_check": waits})
    ways = dict.fromkeys(("email", "letter"), kept)
    send_due(house.db, house.vault, rules, house.settings, house.booklets, ways, house.clock)
    return kept


def states(house: House) -> dict[str, tuple[str, str | None]]:
    with house.db.reading() as s:
        return {one.who: (one.state, one.reason) for one in s.scalars(select(Consultation))}


def test_where_the_setting_says_so_adults_wait_for_the_press_and_the_child_does_not(
    house: House, case: Case, social_worker: Worker
) -> None:
    go_out(house, waits=True)
    assert states(house)["parent"] == ("due", "not_checked")
    assert states(house)["carer"] == ("due", "not_checked")
    assert states(house)["child"][1] != "not_checked"
    assert press(house, social_worker, case)
    go_out(house, waits=True)
    assert states(house)["parent"] == ("asked", None)


def test_without_the_setting_nobody_waits_and_who_waited_goes_once_it_is_off(
    house: House, case: Case
) -> None:
    go_out(house, waits=True)
    go_out(house, waits=False)
    assert "not_checked" not in {reason for _, reason in states(house).values()}


def test_a_set_that_changed_after_the_press_waits_again(
    house: House, case: Case, social_worker: Worker
) -> None:
    assert press(house, social_worker, case)
    change(house, "parent", may_attend=False)
    go_out(house, waits=True)
    assert states(house)["parent"] == ("due", "not_checked")


def test_who_may_not_be_asked_gets_nothing_more_and_is_asked_again_once_the_worker_says_so(
    house: House, case: Case, social_worker: Worker, clock: SettableClock
) -> None:
    mum = ref(house, "parent")
    for said, state in ((Verdict("may_not", "Not safe now."), "stopped"), (Verdict("may_be_asked"), "due")):
        clock.move(seconds=1)
        with house.db.writing() as s:
            mine = own(s, house, social_worker, case)
            checking_people.check_person(s, house.clock(), social_worker.id, mine, mum, said)
        plan(house)
        assert states(house)["parent"][0] == state
        assert may(house, case, mum) == (state == "due")
    assert states(house)["child"][0] == "due"
