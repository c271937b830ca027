"""Worries on the staff's side: seen by whom they concern, opened with a reason, taken, closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case, invite, load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import say
from tests.fixtures.staff import Signed, Worker, make_worker
from tests.review.incoming_rows import row
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import auditing, worries
from webapp.store import Audit, Child, Consultation, Involvement, Worry

WORDS = "CANARY-WORDS please ring at lunch"
SECRETS = ("Maya", "Okafor", "Gull Lane", "CANARY", "Grace", "Lin Carter")


def raised(house: House, consultation_id: str, words: str = WORDS, question_id: str | None = None) -> str:
    with house.db.writing() as s:
        return worries.raise_worry(
            s, house.vault, house.authority, consultation_id=consultation_id, now=house.clock(), words=words,
            question_id=question_id,
        ).id  # fmt: skip


@pytest.fixture
def worry(house: House, case: Case, iro: Worker) -> str:
    """Maya pressed, and typed."""
    return raised(house, case.child.consultation_id)


def opened(pages: Pages, worry: str, reason: str = "On duty: a child asked for help") -> Page:
    return pages.press(pages.get(f"/staff/worries/{worry}"), "Open it and write down", reason=reason)


def test_the_list_has_the_oldest_open_one_first_and_no_name_or_word(
    house: House, case: Case, worry: str, duty_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    clock.move(minutes=50)
    raised(house, case.parent.consultation_id, "")
    clock.move(minutes=25)
    page = signed(duty_worker).get("/staff/worries")
    rows = [r.text for r in page.root.all("tr")][1:]
    assert rows[0].startswith(
        "1 hour Mon 1 February 2027 10:00 C-1 Child, pressed “I’m not safe” with words ! nobody has taken it"
    )
    assert rows[1].startswith("25 minutes Mon 1 February 2027 10:50 C-1 Parent")
    assert not [secret for secret in SECRETS if secret in page.body]


def test_the_bar_counts_what_waits(house: House, worry: str, duty_worker: Worker, signed: Signed) -> None:
    page = signed(duty_worker).get("/staff/worries")
    assert "Worries 1 open" in page.text


def test_the_childs_own_officer_sees_it_and_another_does_not(
    house: House, worry: str, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    assert "C-1" in signed(iro).get("/staff/worries").text
    other = signed(other_iro)
    assert "C-1" not in other.get("/staff/worries").text
    assert "Worries 1" not in other.get("/staff/worries").text
    assert other.get(f"/staff/worries/{worry}").status == 404
    assert other.post(f"/staff/worries/{worry}/take").status == 400, "and a forged press is no press"


def test_an_officer_who_no_longer_has_the_child_no_longer_sees_it(
    house: House, worry: str, iro: Worker, signed: Signed
) -> None:
    from webapp.store import Review

    pages = signed(iro)
    opened(pages, worry)
    with house.db.writing() as s:
        s.execute(update(Review).values(iro_id=None))
    assert pages.get(f"/staff/worries/{worry}").status == 404


@pytest.mark.parametrize("other", ["unit_worker", "social_worker"])
def test_others_find_nothing(worry: str, signed: Signed, request: pytest.FixtureRequest, other: str) -> None:
    pages = signed(request.getfixturevalue(other))
    assert pages.get("/staff/worries").status == 404
    assert pages.get(f"/staff/worries/{worry}").status == 404


def test_names_contact_and_words_come_only_after_a_reason(
    house: House, worry: str, duty_worker: Worker, signed: Signed
) -> None:
    pages = signed(duty_worker)
    page = pages.get(f"/staff/worries/{worry}")
    assert not [secret for secret in SECRETS if secret in page.body]
    page = opened(pages, worry)
    for needed in ("Maya Okafor", "1 Gull Lane", WORDS, "with foster carers"):
        assert needed in page.text
    assert "Maya" not in page.title
    assert "Nadia Rahman" in page.text, "whom else to reach"


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_a_reason_says_something(
    house: House, worry: str, duty_worker: Worker, signed: Signed, reason: str
) -> None:
    page = opened(signed(duty_worker), worry, reason)
    assert page.status == 422
    assert page.errors == ["Say why you open it, in a few words"]
    assert not [secret for secret in SECRETS if secret in page.body]


def test_a_reason_is_for_one_worry_and_one_sign_in(
    house: House, case: Case, worry: str, duty_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    other = raised(house, case.carer.consultation_id, "CANARY-2")
    pages = signed(duty_worker)
    opened(pages, worry)
    assert "CANARY-2" not in pages.get(f"/staff/worries/{other}").body
    again = signed(duty_worker)
    assert WORDS not in again.get(f"/staff/worries/{worry}").body


def test_the_reason_is_kept_sealed_with_who_and_when(
    house: House, case: Case, worry: str, duty_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    opened(signed(duty_worker), worry, "On duty: a child asked for help")
    with house.db.reading() as s:
        found = s.scalars(select(Audit).where(Audit.action == "worry_reason")).one()
        child = s.get_one(Child, case.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        assert found.reason is not None
        assert auditing.reason_of(found, key) == "On duty: a child asked for help"
        assert (found.actor, found.at, found.child_id) == (f"staff:{duty_worker.id}", clock(), child.id)
        looks = s.scalars(
            select(Audit.action).where(Audit.subject == f"worry:{worry}").order_by(Audit.id)
        ).all()
    assert looks[-3:] == ["look_worry", "worry_reason", "look_worry_open"]


def test_the_one_answer_it_is_about_is_opened_even_before_sending_and_no_other(
    house: House, case: Case, iro: Worker, duty_worker: Worker, signed: Signed
) -> None:
    say(house, case.child.consultation_id, {"anything": "CANARY-THIS", "questions": "CANARY-OTHER"})
    worry = raised(house, case.child.consultation_id, "", "anything")
    page = opened(signed(duty_worker), worry)
    assert "CANARY-THIS" in page.text
    assert "Do you want to tell your IRO something else?" in page.text
    assert "CANARY-OTHER" not in page.body


def test_a_chosen_answer_is_told_in_its_words(
    house: House, case: Case, duty_worker: Worker, signed: Signed
) -> None:
    say(house, case.child.consultation_id, {"attend": ("not_this_time", "because of him")})
    page = opened(signed(duty_worker), raised(house, case.child.consultation_id, "", "attend"))
    assert "Not this time" in page.text
    assert "because of him" in page.text


def test_an_adults_worry_says_how_to_reach_the_adult(
    house: House, case: Case, duty_worker: Worker, signed: Signed
) -> None:
    page = opened(signed(duty_worker), raised(house, case.parent.consultation_id))
    assert "Grace Okafor" in page.text
    assert "grace@example.org" in page.text


@pytest.mark.parametrize("may_know, warned", [(False, True), (True, False)])
def test_who_raised_it_stands_before_the_child_with_what_they_must_not_learn(
    house: House, case: Case, duty_worker: Worker, signed: Signed, may_know: bool, warned: bool
) -> None:
    with house.db.writing() as s:
        s.execute(update(Involvement).where(Involvement.role == "parent").values(may_know_address=may_know))
    text = opened(signed(duty_worker), raised(house, case.parent.consultation_id)).text
    assert text.index("Grace Okafor") < text.index("The child Name")
    assert ("They may not learn where the child lives, or who with." in text) == warned


def test_nobody_is_warned_of_a_carer_or_of_the_child(
    house: House, case: Case, worry: str, duty_worker: Worker, signed: Signed
) -> None:
    pages = signed(duty_worker)
    with house.db.writing() as s:
        s.execute(update(Child).values(placement="adoption"))
    assert "may not learn" not in opened(pages, worry).text
    assert "may not learn" not in opened(pages, raised(house, case.carer.consultation_id)).text
    assert "may not learn" in opened(pages, raised(house, case.parent.consultation_id)).text


def others(page: Page) -> dict[str, str]:
    """Role to what stands beside it under "Who else to reach"."""
    listed = next(s for s in page.root.all("section") if s.text.startswith("Who else to reach"))
    return {dt.text: dd.text for dt, dd in zip(listed.all("dt"), listed.all("dd"), strict=True)}


def test_whoever_acts_is_told_how_to_reach_the_carer_and_the_social_worker(
    house: House, worry: str, social_worker: Worker, duty_worker: Worker, signed: Signed
) -> None:
    found = others(opened(signed(duty_worker), worry))
    assert found["Foster carer"] == "Lin Carter 07700 900123"
    assert found["Social worker"] == "Femi Adeyemi femi@example.org", "once, with what the account says"
    assert found["Reviewing officer"] == "Nadia Rahman nadia@example.org"
    assert "Parent" not in found


def test_a_social_worker_without_an_account_is_named_all_the_same(
    house: House, worry: str, duty_worker: Worker, signed: Signed
) -> None:
    assert others(opened(signed(duty_worker), worry))["Social worker"].startswith("Femi Adeyemi no phone")


def test_a_carer_who_is_no_longer_one_and_whoever_raised_it_are_not_among_the_others(
    house: House, case: Case, worry: str, duty_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    pages = signed(duty_worker)
    by_carer = raised(house, case.carer.consultation_id)
    assert "Foster carer" not in others(opened(pages, by_carer)), "who raised it stands above"
    with house.db.writing() as s:
        s.execute(update(Involvement).where(Involvement.role == "carer_foster").values(ended_at=clock()))
    assert "Foster carer" not in others(opened(pages, worry))


def test_what_a_child_reads_and_speaks_are_told_apart(
    house: House, case: Case, worry: str, duty_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        child = s.get_one(Child, case.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        child.language = "ur"
        child.speaks = key.seal("Urdu, and some English", f"child.speaks:{child.id}")
    text = opened(signed(duty_worker), worry).text
    assert "reads Urdu · speaks: Urdu, and some English" in text


def test_taken_told_and_closed(
    house: House,
    case: Case,
    worry: str,
    duty_worker: Worker,
    iro: Worker,
    signed: Signed,
    clock: SettableClock,
) -> None:
    pages, officer = signed(duty_worker), signed(iro)
    page = pages.press(opened(pages, worry), "Take it")
    assert "taken by Dina Walsh" in page.text
    assert "Dina Walsh" in officer.get("/staff/worries").text
    page = pages.press(page, "Add", outcome="Rang the school. Maya is safe there.")
    assert "Rang the school" in page.text
    clock.move(minutes=5)
    page = pages.press(page, "Add and close", outcome="Social worker has seen her.")
    assert "Rang the school" in page.text
    assert "Social worker has seen her." in page.text
    assert "closed today" in page.text
    assert "Take it" not in page.text
    page = pages.get("/staff/worries")
    assert "No worry is open." in page.text
    assert "Closed lately" in page.text
    with house.db.reading() as s:
        kept = s.scalars(select(Worry)).one()
        assert kept.outcome is not None
        assert b"school" not in kept.outcome, "sealed"
        done = s.scalars(
            select(Audit.action).where(Audit.action.in_(["worry_taken", "worry_outcome", "worry_closed"]))
        )
        assert done.all() == ["worry_taken", "worry_outcome", "worry_closed"]


def test_a_colleague_can_take_it_over_and_only_who_has_it_closes_it(
    house: House, worry: str, duty_worker: Worker, signed: Signed
) -> None:
    first, second = signed(duty_worker), signed(make_worker(house, "eve", "duty", "Eve Long"))
    mine = first.press(opened(first, worry), "Take it")
    page = second.press(opened(second, worry), "Take it over")
    assert "taken by Eve Long" in page.text
    late = first.press(mine, "Add and close", outcome="I think it is done")
    assert late.status == 422
    assert late.errors == ["Somebody else has it. Take it over first."]
    assert "Here it is, to copy: I think it is done" in late.text
    assert "I think it is done" not in first.get(f"/staff/worries/{worry}").text
    with house.db.reading() as s:
        assert s.scalars(select(Worry.closed_at)).one() is None


def test_closing_needs_words(house: House, worry: str, duty_worker: Worker, signed: Signed) -> None:
    pages = signed(duty_worker)
    page = pages.press(opened(pages, worry), "Take it")
    page = pages.press(page, "Add and close", outcome=" ")
    assert page.errors == ["Say what was done"]


def test_what_is_closed_stays_closed(house: House, worry: str, duty_worker: Worker, signed: Signed) -> None:
    pages = signed(duty_worker)
    page = pages.press(opened(pages, worry), "Take it")
    pages.press(page, "Add and close", outcome="Done, and talked with her")
    again = pages.press(page, "Add and close", outcome="once more")
    assert again.errors == ["It is closed already. Nothing was changed."]


def test_a_press_by_mistake_and_one_by_nobody_known_are_said_so(
    house: House, case: Case, duty_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        one = worries.raise_worry(
            s,
            house.vault,
            house.authority,
            consultation_id=case.child.consultation_id,
            now=house.clock(),
            recognised=False,
        )
        worry = one.id
        worries.mark_mistake(s, worry, house.clock())
    page = signed(duty_worker).get("/staff/worries")
    assert "had not yet said who they are" in page.text
    assert "by mistake: look all the same" in page.text
    page = opened(signed(duty_worker), worry)
    assert "by mistake: look all the same" in page.text, "and on its own page"
    assert "Maya Okafor" in page.text


def test_an_officers_list_marks_the_child(house: House, worry: str, iro: Worker, signed: Signed) -> None:
    assert "! 1 open worry" in signed(iro).get("/staff/reviews").text


def test_worries_of_many_children_stay_apart(
    house: House, case: Case, worry: str, iro: Worker, other_iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    load_rows(
        house, tmp_path, [row(review__id="R-2", review__iro="S-2", child__id="C-2", child__given_name="Ola")]
    )
    with house.db.reading() as s:
        theirs = s.scalars(
            select(Consultation.id).join(Child, Child.id == Consultation.child_id)
            .where(Child.external_id == "C-2", Consultation.who == "child")
        ).one()  # fmt: skip
    raised(house, invite(house, theirs).consultation_id)
    assert "C-2" not in signed(iro).get("/staff/worries").text
    assert "C-1" not in signed(other_iro).get("/staff/worries").text
