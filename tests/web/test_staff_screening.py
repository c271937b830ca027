"""What screening found on the staff's pages, and on nobody else's."""

from __future__ import annotations

from sqlalchemy import update

from tests.fixtures.cases import Case
from tests.fixtures.speaking import come_in, say, say_and_send, send
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page, Pages
from tests.web.people import child_comes_in
from webapp.booklet.answers import Answer
from webapp.house import House
from webapp.services import answering, screening, visits
from webapp.store import Screening

HITS = "CANARY-HITS my uncle hits me"


def screen(house: House) -> None:
    while screening.screen_once(house.db, house.vault, house.authority, house.clock):
        pass


def officers_page(signed: Signed, iro: Worker, case: Case) -> Page:
    return signed(iro).get(f"/staff/reviews/{case.review_id}?all")


def test_what_was_found_stands_on_top_of_the_officers_page_with_its_words(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"questions": "Can I bring my dog?", "anything": HITS})
    screen(house)
    page = officers_page(signed, iro, case)
    top = page.root.first("section", **{"aria-labelledby": "look"}).text
    assert "Please look first" in top
    assert HITS in top
    assert "being hurt?" in top
    assert "misses most hints" in top
    assert "my dog" not in top
    assert page.root.first("main").text.index("Please look first") < page.root.first("main").text.index(
        "wants"
    )
    assert "being screened" not in page.text


def test_where_nothing_was_found_the_page_says_how_little_that_means(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": "Can I bring my dog?"})
    assert "being screened" in officers_page(signed, iro, case).text
    screen(house)
    page = officers_page(signed, iro, case)
    assert "found nothing in what was sent. It misses most hints: read every word." in page.text
    assert "Please look first" not in page.text


def test_a_language_without_a_list_is_to_be_read_today_by_officer_and_duty(
    house: House, case: Case, iro: Worker, duty_worker: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": "CANARY أحب بيتي"})
    with house.db.writing() as s:
        s.execute(update(Screening).values(language="ar"))
    screen(house)
    assert "Not screened: please read today" in officers_page(signed, iro, case).text
    page = signed(duty_worker).get("/staff/worries")
    assert "Not screened: please read today" in page.text
    assert "C-1 Arabic 1" in page.text
    assert "CANARY" not in page.body
    assert "Maya" not in page.body


def test_a_choice_that_stands_out_is_lifted_and_raises_no_worry(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    standing = come_in(house, case.child.consultation_id, booklet_id="my_life")
    key = visits.response_key(house.vault, standing)
    with house.db.writing() as s:
        for question, value in (("bullied", "often"), ("listen", "never")):
            said = answering.saying(key, standing.row.response_id, question, Answer(value), "iro")
            answering.record(s, standing, said, now=house.clock())
    send(house, standing)
    screen(house)
    page = officers_page(signed, iro, case)
    top = page.root.first("section", **{"aria-labelledby": "look"}).text
    assert "Do people bully you?" in top
    assert "please look" in top
    assert "listen" not in top
    assert "Open worry" not in page.text


def test_the_duty_worker_opens_just_the_flagged_answers_after_a_reason_also_when_taken_back(
    house: House, case: Case, iro: Worker, duty_worker: Worker, signed: Signed
) -> None:
    say(house, case.child.consultation_id, {"anything": HITS, "questions": "CANARY-OTHER"})
    say(house, case.child.consultation_id, {"anything": "nothing really"})
    say(house, case.child.consultation_id, {"where": Answer({}, "i want to die")})
    screen(house)
    pages = signed(duty_worker)
    listed = pages.get("/staff/worries")
    rows = [r.text for r in listed.root.all("tr")][1:]
    assert "perhaps now or soon" in rows[0]
    assert "words that worry us" in rows[0]
    assert "CANARY" not in listed.body
    links = [href for a in listed.root.all("a") if "/staff/worries/" in (href := a.attrs.get("href") or "")]
    shown = []
    for link in links:
        page = pages.get(link)
        assert "CANARY" not in page.body
        shown.append(pages.press(page, "Open it and write down", reason="On duty: words that worry us"))
    assert any("i want to die" in page.text and "wanting to die?" in page.text for page in shown)
    assert any(HITS in page.text for page in shown)
    assert not any("CANARY-OTHER" in page.body for page in shown)


def test_nothing_that_the_child_or_the_carer_sees_depends_on_it(
    house: House, case: Case, pages: Pages
) -> None:
    page = child_comes_in(pages, case.child)
    address = page.url
    say(house, case.child.consultation_id, {"anything": "my carer hits me, please dont tell"})
    before = pages.get(address).root.first("main").text
    screen(house)
    assert pages.get(address).root.first("main").text == before
