"""The Review Unit: what is due and what is stuck, letters, new codes, forgotten secrets; never an answer."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.fixtures.speaking import say, say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web import people
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.messaging.letter import TO_PRINT
from webapp.services import access, worries
from webapp.store import Audit, Child, Consultation, Link, Message, Visit


def section(page: Page, name: str) -> str:
    """The words about one person."""
    return next(
        s.text for s in page.root.all("section") if s.all("h2") and s.all("h2")[0].text.startswith(name)
    )


def press_for(pages: Pages, page: Page, words: str, name: str) -> Page:
    """The button that says whom it is about."""
    return pages.press(page, f"{words} ({name})")


def new_code(pages: Pages, review_id: str, name: str = "Maya") -> Page:
    """To the page that says what a new code ends, and the press there."""
    page = pages.click(pages.get(f"/staff/unit/reviews/{review_id}"), f"New code ({name})")
    assert "stops working, also the code on a letter already printed" in page.text
    return pages.press(page, "Make a new code")


def message(house: House, consultation_id: str | None, child_id: str, **values: object) -> str:
    now = house.clock()
    with house.db.writing() as s:
        given = {
            "purpose": f"test:{values}",
            "way": "email",
            "template": "invite",
            "state": "waiting",
            **values,
        }
        made = Message(
            consultation_id=consultation_id,
            child_id=child_id,
            language="en",
            made_at=now,
            due_at=now,
            **given,
        )
        s.add(made)
        s.flush()
        return made.id


def actions(house: House) -> list[str]:
    with house.db.reading() as s:
        return list(s.scalars(select(Audit.action).order_by(Audit.id)))


def test_the_unit_sees_how_far_everyone_is_and_never_an_answer(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    say_and_send(
        house, case.child.consultation_id, {"questions": "CANARY-SENT", "chair": ("me", "CANARY-CHAIR")}
    )
    say(house, case.parent.consultation_id, {})
    with house.db.writing() as s:
        s.execute(
            update(Consultation)
            .where(Consultation.id == case.carer.consultation_id)
            .values(state="unreachable", reason="no_email")
        )
        worries.raise_worry(
            s,
            house.vault,
            house.authority,
            consultation_id=case.child.consultation_id,
            now=house.clock(),
            words="CANARY-W",
        )
    pages = signed(unit_worker)
    page = pages.get("/staff/unit")
    whole = pages.click(page, "Maya")
    for words in (
        "Child, My Review, My Choice: sent today",
        "Parent: opened, not sent",
        "Foster carer: can’t be reached (no email address)",
    ):
        assert words in page.text
        assert words in whole.text
    for one in (
        page,
        whole,
        pages.get("/staff/unit/stuck/unreachable"),
        pages.get("/staff/unit/stuck/waiting"),
    ):
        assert "CANARY" not in one.body
        assert "worry" not in one.text.lower().replace("worries", ""), "worries are for others"
    assert "1 People who can’t be reached" in page.text


def test_the_list_and_the_page_of_one_review_take_few_queries(
    app: Flask, house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    with statements(app.extensions["house"].db) as seen:
        pages.get("/staff/unit")
    assert len(seen) <= 14, seen
    with statements(app.extensions["house"].db) as seen:
        pages.get(f"/staff/unit/reviews/{case.review_id}")
    assert len(seen) <= 19, seen


def test_a_new_code_is_shown_and_everything_before_it_dies(
    app: Flask, house: House, case: Case, unit_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    child = Pages(app)
    people.child_comes_in(child, case.child)
    pages = signed(unit_worker)
    page = new_code(pages, case.review_id)
    code = page.root.first("p", class_="code-shown").text
    assert re.fullmatch(r"[A-Z0-9]{5}-[A-Z0-9]{5}", code)
    assert "Good until 2 March 2027" in page.text
    assert child.get("/b/").h1 != "Maya", "the old visit is over"
    assert child.get("/b/").url != "/b/"
    with house.db.reading() as s:
        live = s.scalars(
            select(Link.code_hash).where(
                Link.consultation_id == case.child.consultation_id, Link.revoked_at.is_(None)
            )
        ).all()
        assert live == [house.vault.lookup("code", code.replace("-", ""))]
        assert s.scalars(select(Audit.actor).where(Audit.action == "new_link")).all() == [
            f"staff:{unit_worker.id}"
        ]
        with pytest.raises(access.Closed):
            access.find_link(s, house.vault, clock(), token=case.child.token)
        access.find_link(s, house.vault, clock(), token=case.parent.token)
    assert code not in pages.get(f"/staff/unit/reviews/{case.review_id}").body


def test_loading_the_page_of_a_new_code_again_makes_no_other(
    house: House, case: Case, unit_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    pages = signed(unit_worker)
    page = new_code(pages, case.review_id)
    code = page.root.first("p", class_="code-shown").text
    assert code in pages.get(page.url).text
    assert actions(house).count("new_link") == 1
    assert code not in signed(unit_worker).get(page.url).body, "it is for this sign-in alone"
    clock.move(minutes=21)
    assert code not in pages.get(page.url).body
    assert actions(house).count("new_link") == 1


def test_a_code_that_was_replaced_is_not_shown_any_more(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    first, second = signed(unit_worker), signed(unit_worker)
    page = new_code(first, case.review_id)
    code = page.root.first("p", class_="code-shown").text
    new_code(second, case.review_id)
    assert code not in first.get(page.url).body


@pytest.mark.parametrize("why", ["hold", "stopped", "over"])
def test_no_code_is_made_where_nothing_may_be_sent(
    house: House, case: Case, unit_worker: Worker, signed: Signed, clock: SettableClock, why: str
) -> None:
    pages = signed(unit_worker)
    page = pages.click(pages.get(f"/staff/unit/reviews/{case.review_id}"), "New code (Maya)")
    with house.db.writing() as s:
        if why == "hold":
            s.execute(update(Child).values(hold="missing"))
        elif why == "stopped":
            s.execute(update(Consultation).values(state="stopped", reason="ended"))
        else:
            s.execute(update(Consultation).values(closes_on=clock().date().replace(day=1, month=1)))
    page = pages.press(page, "Make a new code")
    assert "No link was made" in page.text
    assert "new_link" not in actions(house)


def test_a_forgotten_secret_is_cleared_and_the_person_is_told(
    app: Flask, house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    child = Pages(app)
    people.child_comes_in(child, case.child)
    pages = signed(unit_worker)
    page = press_for(
        pages, pages.get(f"/staff/unit/reviews/{case.review_id}"), "Clear a forgotten secret", "Maya"
    )
    assert "The secret is cleared" in page.text
    assert "secret cleared today" in section(page, "Maya")
    with house.db.reading() as s:
        asked = s.get_one(Consultation, case.child.consultation_id)
        assert (asked.secret_kind, asked.secret_hash) == (None, None)
        assert asked.secret_reset_at is not None
        assert all(ended for ended in s.scalars(select(Visit.ended_at)))
        assert s.scalars(select(Audit.actor).where(Audit.action == "reset_secret")).all() == [
            f"staff:{unit_worker.id}"
        ]


def test_one_review_can_not_reset_anothers_people(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = pages.get(f"/staff/unit/reviews/{case.review_id}")
    token = page.root.first("input", name="csrf_token").attrs["value"]
    for verb in ("secret", "link"):
        answer = pages.post(f"/staff/unit/reviews/{case.review_id}/{verb}/{'0' * 32}", {"csrf_token": token})
        assert answer.status == 404


def test_a_letter_waits_is_printed_and_waits_no_more(
    house: House, case: Case, unit_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    message(
        house, case.child.consultation_id, case.child_id, way="letter", state="sent", provider_id=TO_PRINT
    )
    pages = signed(unit_worker)
    page = pages.click(pages.get("/staff/unit"), "Letters to print")
    assert "1 Letters to print" in page.text
    sheet = printed_by(pages, page, "Print the letter")
    assert "Maya Okafor" in sheet
    assert "1 Gull Lane" in sheet
    assert "Back to the review" in sheet
    assert "0 Letters to print" in pages.get("/staff/unit").text
    assert "Print again" in section(pages.get(f"/staff/unit/reviews/{case.review_id}"), "Maya")
    assert "print_letter" in actions(house)


def printed_by(pages: Pages, page: Page, words: str) -> str:
    """The letter behind this button: a page of its own, loaded twice to show that it stays as it is."""
    press = next(above for above in page.button(words).up() if above.tag == "form")
    data = {one.attrs["name"]: one.attrs["value"] for one in press.all("input")}
    where = pages.client.post(press.attrs["action"], data=data)
    assert where.status_code == 303
    sheets = [pages.client.get(where.headers["Location"]).get_data(as_text=True) for _ in range(2)]
    assert code_on(sheets[0]) == code_on(sheets[1])
    return sheets[0]


def code_on(sheet: str) -> str:
    return "".join(re.findall(r"<span>([A-Z0-9]{5})</span>", sheet))


def test_printing_again_says_first_what_it_ends(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    letter = message(
        house, case.child.consultation_id, case.child_id, way="letter", state="sent", provider_id=TO_PRINT
    )
    pages = signed(unit_worker)
    waiting = pages.get("/staff/unit/stuck/letters")
    first = code_on(printed_by(pages, waiting, "Print the letter"))
    page = pages.get(f"/staff/unit/reviews/{case.review_id}")
    stale = pages.press(waiting, "Print the letter", follow=False)
    assert stale.status == 303, (
        "a page from before the printing leads to the question, or to the letter as it was"
    )
    assert actions(house).count("print_letter") == 1
    other = signed(unit_worker)
    page = other.click(other.get(f"/staff/unit/reviews/{case.review_id}"), "Print again")
    assert "The code on the letter already printed stops working." in page.text
    assert actions(house).count("print_letter") == 1, "looking makes nothing"
    second = code_on(printed_by(other, page, "Print with a new code"))
    assert second not in ("", first)
    page = pages.get(f"/staff/unit/letters/{letter}")
    assert "stops working" in page.text, "the first code is dead, and is shown no more"


def test_a_letter_to_a_child_on_hold_is_not_printed(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    message(
        house, case.child.consultation_id, case.child_id, way="letter", state="sent", provider_id=TO_PRINT
    )
    pages = signed(unit_worker)
    page = pages.get("/staff/unit/stuck/letters")
    with house.db.writing() as s:
        s.execute(update(Child).values(hold="missing"))
    page = pages.press(page, "Print the letter")
    assert page.status == 409
    assert "the child is on hold" in page.text
    with house.db.reading() as s:
        state = s.scalars(
            select(Consultation.state).where(Consultation.id == case.child.consultation_id)
        ).one()
    assert state == "stopped", "what the checks found is kept"


def test_a_failed_message_goes_once_more(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    message(house, case.parent.consultation_id, case.child_id, state="failed", reason="refused", attempts=5)
    message(house, None, case.child_id, state="failed", template="worry")
    pages = signed(unit_worker)
    page = pages.click(pages.get("/staff/unit"), "Messages that failed")
    assert "1 Messages that failed" in page.text
    assert "5 tries" in page.text
    page = pages.press(page, "Send again (C-1)")
    assert "It is tried again now." in page.text
    assert "1 Messages on their way" in page.text
    assert "Nothing here. Good." in page.text


@pytest.mark.parametrize(
    "path",
    ["link/{c}", "secret/{c}"],
)
@pytest.mark.parametrize("other", ["iro", "duty_worker", "social_worker"])
def test_only_the_unit_does_the_units_work(
    house: House, case: Case, signed: Signed, request: pytest.FixtureRequest, other: str, path: str
) -> None:
    pages = signed(request.getfixturevalue(other))
    assert pages.get("/staff/unit").status == 404
    token = pages.get("/staff/").root.first("input", name="csrf_token").attrs["value"]
    action = f"/staff/unit/reviews/{case.review_id}/" + path.format(c=case.child.consultation_id)
    assert pages.post(action, {"csrf_token": token}).status == 404
    assert "new_link" not in actions(house)


@pytest.mark.parametrize("what", ["nonsense", "..", "%3Cscript%3E"])
def test_odd_lists_are_not_found(unit_worker: Worker, signed: Signed, what: str) -> None:
    assert signed(unit_worker).get(f"/staff/unit/stuck/{what}").status == 404


def test_wrong_tries_at_a_secret_are_shown_beside_the_person(
    app: Flask, house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    people.child_comes_in(Pages(app), case.child)
    people.child_comes_back(Pages(app), case.child, ["moon", "tree", "boat"])
    page = signed(unit_worker).get(f"/staff/unit/reviews/{case.review_id}")
    assert "1 wrong try at their secret" in section(page, "Maya")


@pytest.mark.usefixtures("urdu_for_children")
def test_the_unit_sees_who_is_asked_in_another_language_than_they_read_and_whose_words_nobody_checked(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Consultation).values(language="ur"))
    page = signed(unit_worker).get(f"/staff/unit/reviews/{case.review_id}")
    assert page.text.count("reads Urdu, is asked in English: this form is not in Urdu yet") == 2, (
        "mum and carer"
    )
    assert "· Urdu words not yet checked by a native speaker ·" in page.text, "the child"
