"""The Review Unit prints for many people: chosen on one page, fetched as PDFs by whoever chose."""

from __future__ import annotations

from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.printing import print_what_waits
from tests.fixtures.staff import Signed, Worker, make_worker
from tests.web.pages import filled
from webapp.house import House
from webapp.messaging.letter import PrintQueue
from webapp.services.sending import send_due
from webapp.store import JobItem


def test_the_letters_of_the_day_become_one_pdf_that_only_its_maker_fetches(
    house: House, case: Case, unit_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    send_due(
        house.db, house.vault, house.authority, house.settings, house.booklets, {"letter": PrintQueue()}, house.clock
    )  # fmt: skip
    pages = signed(unit_worker)
    page = pages.click(pages.get("/staff/unit/today/letters"), "Print them all")
    assert "Everybody whose letter waits to be printed 1" in page.text
    page = pages.press(page, "Make the PDFs", style="easy")
    assert "Being made: 0 of 1 people." in page.text
    print_what_waits(house)
    page = pages.get(page.url)
    assert "Papers for 1 person." in page.text
    form = next(one for one in page.button("Fetch the PDF").up() if one.tag == "form")
    got = pages.client.post(form.attrs["action"], data=filled(form))
    assert got.data.startswith(b"%PDF")
    assert got.headers["Content-Type"] == "application/pdf"
    assert "no-store" in got.headers["Cache-Control"]
    assert "today" in pages.get(page.url).text
    other = signed(make_worker(house, "ulf", "unit", "Ulf Berg"))
    theirs = other.get(page.url)
    assert "only Una Moss can fetch them" in theirs.text
    sent = other.post(f"{page.url}/file/1", filled(theirs.root.first("form", action="/staff/sign-out")))
    assert sent.status == 404
    assert "Nothing here. Good." in pages.get("/staff/unit/today/letters").text
    clock.move(hours=24)
    again = signed(unit_worker)
    sent = again.post(
        form.attrs["action"], filled(again.get(page.url).root.first("form", action="/staff/sign-out"))
    )
    assert "The PDFs were erased." in sent.text


def test_what_cannot_be_printed_is_said_in_words(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = pages.get("/staff/unit/print?for=silent")
    assert "There is nobody to print this for now." in pages.press(page, "Make the PDFs").errors[0]
    assert "choose “the booklets on paper”" in pages.press(page, "Make the PDFs", what="both").errors[0]
    wrong = pages.press(page, "Make the PDFs", whom="list", listed="C-1, C-77 and R-1")
    assert "Nobody has these numbers here: C-77." in wrong.errors[0]
    page = pages.press(page, "Make the PDFs", whom="list", listed="C-1 and R-1")
    page = pages.press(page, "Stop")
    assert "It stops after this step." in page.text
    with house.db.writing() as s:
        for n, item in enumerate(s.scalars(select(JobItem))):
            item.state, item.reason = ("failed", "no_contact") if n else ("waiting", None)
    print_what_waits(house)
    page = pages.get(page.url)
    assert "Not printed 2" in page.text
    assert "no contact allowed" in page.text


def test_only_the_unit_prints(case: Case, iro: Worker, signed: Signed) -> None:
    assert signed(iro).get("/staff/unit/print").status == 404
