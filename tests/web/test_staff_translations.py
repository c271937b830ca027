"""Words in a language that the officer doesn't read: asked for in one press, put in, always beside what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.speaking import Said, say, say_and_send, send
from tests.fixtures.staff import Signed, Worker
from tests.web.inside import everything
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import AnswerRow, Audit, Translation

ARABIC = "أريد أن أرى أمي"
WORDS: dict[str, Said] = {"anything": (None, ARABIC), "good_news": (None, "نجحت")}


@pytest.fixture
def desk(house: House, case: Case, iro: Worker, signed: Signed) -> Pages:
    """The officer's browser, once the child has sent words in Arabic."""
    say_in_arabic(house, case)
    return signed(iro)


def say_in_arabic(house: House, case: Case, said: Mapping[str, Said] = MappingProxyType(WORDS)) -> None:
    """The child sends these in Arabic."""
    standing = say(house, case.child.consultation_id, said)
    with house.db.writing() as s:
        s.execute(update(AnswerRow).values(language="ar"))
    send(house, standing)


def address(case: Case, more: str = "") -> str:
    """The page of translations."""
    return f"/staff/reviews/{case.review_id}/translations{more}"


def put(desk: Pages, page: Page, words: str, **typed: str) -> Page:
    """Put in a translation of these words."""
    card = next(one for one in page.root.all("section") if words in one.text and one.all("textarea"))
    form = card.first("form")
    fields = {e.attrs["name"]: e.attrs["value"] for e in form.all("input") if e.attrs.get("type") == "hidden"}
    return desk.post(form.attrs["action"], {**fields, **typed})


def test_an_answer_that_nobody_reads_waits_and_one_press_asks_for_all(
    desk: Pages, case: Case, house: House
) -> None:
    review = desk.get(f"/staff/reviews/{case.review_id}")
    assert "2 answers wait for a translation. Nobody was asked for 2 of them." in review.text
    assert "waits for a translation from Arabic" in review.text
    page = desk.click(review, "Translations")
    page = desk.press(page, "I have asked for a translation", of_whom="Leila, language line")
    assert "asked of Leila, language line by Nadia Rahman" in page.text
    with house.db.reading() as s:
        assert len(s.scalars(select(Translation)).all()) == 2
        done = s.scalars(select(Audit.action).where(Audit.action == "translation_asked")).all()
    assert len(done) == 2
    assert "asked of Leila" in desk.get(f"/staff/reviews/{case.review_id}").text
    assert "Leila" not in repr(everything(house))


def test_the_translation_stands_beside_the_words_as_they_were_typed(
    desk: Pages, case: Case, house: House
) -> None:
    page = put(desk, desk.get(address(case)), ARABIC, text="I want to see my mum", by="Leila Haddad")
    assert "Kept. It stands beside the words" in page.text
    review = desk.get(f"/staff/reviews/{case.review_id}")
    assert ARABIC in review.text
    assert "In English: I want to see my mum translated by Leila Haddad" in review.text
    assert "1 answer waits for a translation." in review.text
    assert "In English: I want to see my mum" in desk.get(f"/staff/reviews/{case.review_id}/decide").text
    assert "my mum" not in repr(everything(house))
    page = put(desk, page, ARABIC, text="I would like to see my mum", by="Leila Haddad")
    assert "I would like to see my mum" in page.text
    with house.db.reading() as s:
        assert len(s.scalars(select(Translation)).all()) == 2, "what stood there before is kept"


def test_words_that_changed_since_wait_again(desk: Pages, case: Case, house: House) -> None:
    put(desk, desk.get(address(case)), ARABIC, text="CANARY-OLD", by="Leila")
    say_in_arabic(house, case, {"anything": (None, "شيء آخر")})
    assert "CANARY-OLD" not in desk.get(f"/staff/reviews/{case.review_id}").text
    assert "CANARY-OLD" not in desk.get(address(case)).text


def test_who_and_what_are_needed_and_what_was_typed_stays(desk: Pages, case: Case) -> None:
    page = desk.press(desk.get(address(case)), "I have asked for a translation", of_whom=" ")
    assert (page.status, page.errors) == (422, ["Say who translates it."])
    page = put(desk, page, ARABIC, text="I want to see my mum", by="")
    assert (page.status, page.errors) == (422, ["Say who translates it."])
    assert "I want to see my mum" in page.text


def test_another_officer_finds_no_translation(
    case: Case, house: House, other_iro: Worker, signed: Signed
) -> None:
    say_in_arabic(house, case)
    pages = signed(other_iro)
    assert pages.get(address(case)).status == 404
    given = pages.get("/staff/requests").root.first("input", name="csrf_token").attrs["value"]
    for act in ("/ask", "/put"):
        assert pages.post(address(case, act), {"csrf_token": given, "of_whom": "x"}).status == 404


def test_a_review_in_languages_that_officers_read_says_so(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": (None, "I like maths")})
    pages = signed(iro)
    assert "waits for a translation" not in pages.get(f"/staff/reviews/{case.review_id}").text
    page = pages.get(address(case))
    assert "in a language that officers here read" in page.text
    assert "Your own words" not in page.text, "the child reads English"
