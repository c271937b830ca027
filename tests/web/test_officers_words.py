"""The officer's own words to a child who reads Urdu: told in English at once, in Urdu once somebody translated them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.deciding import ask, decide, settle_on, tell
from tests.fixtures.staff import Signed, Worker
from tests.web.dom import Element
from tests.web.inside import enter, everything
from tests.web.pages import Page, Pages
from tests.web.test_staff_translations import address, put
from webapp.clock import LONDON
from webapp.house import House
from webapp.i18n import translate
from webapp.services import telling
from webapp.store import Audit, Consultation, Message, Review, Translation

AFTER = dt.datetime(2027, 3, 3, 10, tzinfo=LONDON)
REASON, URDU = "Your school hall is shut that week.", "آپ کے اسکول کا ہال اس ہفتے بند ہے۔"
NOTE = translate("This is in English. You can ask for it in your language.", "ur")
AS_TYPED = translate("What your IRO wrote, in English", "ur")
BY = "Bilal, language line"


@pytest.fixture
def maya(house: House, case: Case, iro: Worker) -> Case:
    """Maya, who reads Urdu, asked; her officer said no to one thing in words of their own, and yes to the rest."""
    ask(house, case)
    with house.db.writing() as s:
        s.get_one(Consultation, case.child.consultation_id).language = "ur"
    decide(house, iro, case, "chair", "not_possible", reason=REASON)
    decide(house, iro, case, rest=True)
    return case


@pytest.fixture
def desk(maya: Case, iro: Worker, signed: Signed) -> Pages:
    """Her officer's browser."""
    return signed(iro)


@pytest.fixture
def mine(pages: Pages, house: House, maya: Case) -> Pages:
    """Maya's browser, in Urdu."""
    enter(pages, house, maya.child)
    pages.press(pages.get("/language"), "اردو")
    return pages


@pytest.fixture
def held(house: House, maya: Case, clock: SettableClock) -> None:
    """The review was held yesterday."""
    clock.set(AFTER)
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == maya.review_id).values(status="held"))


def cards(page: Page) -> list[str]:
    """The headings of what is to be translated."""
    return [one.first("h3").text for one in page.root.all("section") if one.all("h3")]


def marked(page: Page, words: str) -> list[tuple[str | None, str | None]]:
    """In which language and direction these very words stand, each time they do; None as the whole page."""
    found = [one for one in page.root.walk() if one.text == words and not inner(one, words)]
    return [around(one) for one in found]


def inner(one: Element, words: str) -> bool:
    return any(below is not one and below.text == words for below in one.walk())


def around(one: Element | None) -> tuple[str | None, str | None]:
    while one is not None and one.tag != "html":
        if "lang" in one.attrs:
            return one.attrs["lang"], one.attrs.get("dir")
        one = one.parent
    return None, None


ENGLISH, THEIRS = ("en", "ltr"), (None, None)


def test_telling_waits_for_no_translation_and_the_child_reads_it_as_soon_as_it_is_there(
    desk: Pages, mine: Pages, maya: Case, house: House
) -> None:
    page = desk.get(f"/staff/reviews/{maya.review_id}/decide")
    assert "Maya reads Urdu, and 1 text of yours waits for a translation." in page.text
    desk.press(page, "Tell Maya now in English, translation to follow")
    told = mine.get("/b/decided")
    assert marked(told, REASON) == [ENGLISH]
    assert NOTE in told.text
    assert AS_TYPED not in told.text
    review = desk.get(f"/staff/reviews/{maya.review_id}")
    assert "1 text of yours waits for a translation into Urdu. Nobody was asked for 1 of them." in review.text
    page = desk.click(review, "Translations")
    assert cards(page) == ["Your reason: Who runs it"], (
        "drafts of ours that nobody changed need no translation"
    )
    page = desk.press(page, "I have asked for a translation", of_whom=BY)
    assert f"asked of {BY} by Nadia Rahman" in page.text
    page = put(desk, page, REASON, text=URDU, by=BY)
    assert f"In Urdu: {URDU} translated by {BY}" in page.text
    told = mine.get("/b/decided")
    assert (marked(told, URDU), marked(told, REASON)) == ([THEIRS], [ENGLISH])
    assert told.body.index(URDU) < told.body.index(REASON)
    assert told.root.first("details").text == f"{AS_TYPED} {REASON}"
    assert NOTE not in told.text
    mine.press(mine.get("/language"), "English")
    told = mine.get("/b/decided")
    assert (marked(told, REASON), URDU in told.body) == ([THEIRS], False), "in English as it was typed alone"
    with house.db.reading() as s:
        assert s.scalars(select(Translation.language)).all() == ["ur"]
        trail = s.scalars(select(Audit.action).where(Audit.action.like("translat%")).order_by(Audit.id)).all()
        about = [one.template for one in s.scalars(select(Message)) if one.template in telling.TELLING]
    assert trail == ["translation_asked", "translated"]
    assert about == ["told"], "no message more for a translation"
    assert URDU not in repr(everything(house))


def test_a_translation_never_stands_beside_words_that_changed(
    desk: Pages, mine: Pages, maya: Case, house: House, iro: Worker
) -> None:
    put(desk, desk.get(address(maya)), REASON, text=URDU, by=BY)
    tell(house, iro, maya)
    assert URDU in mine.get("/b/decided").text
    decide(house, iro, maya, "chair", "not_possible", reason=f"{REASON} And the week after.")
    tell(house, iro, maya)
    told = mine.get("/b/decided")
    assert URDU not in told.body
    assert marked(told, f"{REASON} And the week after.") == [ENGLISH]
    page = desk.get(address(maya))
    assert URDU not in page.body
    assert "nobody was asked yet" in page.text
    decide(house, iro, maya, "chair", "not_possible", reason=REASON)
    settle_on(house, iro, maya, "2027-03-02")
    assert URDU in mine.get("/b/decided").text, "the very words that were translated are back"
    put(desk, desk.get(address(maya)), "CANARY-PLACE", text="نوجوانوں کا کلب", by=BY)
    told = mine.get("/b/decided")
    assert (marked(told, "نوجوانوں کا کلب"), marked(told, "CANARY-PLACE")) == ([THEIRS], [ENGLISH])


def test_a_letter_is_read_and_printed_in_their_language_with_the_words_as_typed_beneath(
    held: None, desk: Pages, mine: Pages, maya: Case
) -> None:
    page = desk.get(f"/staff/reviews/{maya.review_id}/letter")
    typed: dict[str, Any] = {"good": "You were brave.", "what-0": "You see Nan on Sundays.", "band": "middle"}
    look = desk.press(page, "Keep it, and look at the letter", **typed)
    assert "3 texts of yours wait for a translation." in look.text
    said = {
        "You were brave.": "آپ بہادر تھے۔",
        REASON: URDU,
        "You see Nan on Sundays.": "آپ اتوار کو نانی سے ملتے ہیں۔",
    }
    page = desk.get(address(maya))
    assert cards(page)[1:] == ["Your letter, good things that were said", "Your letter, what happens next"]
    put(desk, page, "You were brave.", text=said["You were brave."], by=BY)
    desk.press(look, "Send it to Maya now in English, translation to follow")
    letter = mine.get("/b/letter")
    assert marked(letter, said["You were brave."]) == [THEIRS]
    assert ENGLISH in marked(letter, REASON)
    assert NOTE in letter.text
    for words, theirs in list(said.items())[1:]:
        put(desk, desk.get(address(maya)), words, text=theirs, by=BY)
    letter = mine.get("/b/letter")
    assert NOTE not in letter.text
    assert "Your own words are translated" in desk.get(f"/staff/reviews/{maya.review_id}/letter/look").text
    paper = desk.get(f"/staff/reviews/{maya.review_id}/letter/paper")
    assert paper.root.first("html").attrs["lang"] == "ur"
    for shown in (letter, paper):
        for words, theirs in said.items():
            assert marked(shown, theirs) == [THEIRS], (
                "theirs stands in the letter, and not in the English one"
            )
            assert marked(shown, words) == [ENGLISH]
            assert shown.body.index(theirs) < shown.body.index(AS_TYPED) < shown.body.index(words)
    for shown in (letter, paper):
        assert "\u206801632 960001\u2069" in shown.body, (
            "a number with a gap keeps its order between Urdu words"
        )
    (folded,) = letter.root.all("details")[-1:]
    assert folded.text.startswith(AS_TYPED)
    assert "open" not in folded.attrs
    packed = mine.client.get("/b/letter", headers={"Accept-Encoding": "br"})
    assert len(packed.data) <= 3500


def test_half_way_asks_in_their_language_and_keeps_what_was_agreed_as_it_was_typed(
    held: None, desk: Pages, mine: Pages, maya: Case, house: House
) -> None:
    page = desk.get(f"/staff/reviews/{maya.review_id}/letter")
    typed: dict[str, Any] = {"what-0": "You see Nan on Sundays."}
    look = desk.press(page, "Keep it, and look at the letter", **typed)
    desk.press(look, "Send it to Maya now in English, translation to follow")
    put(desk, desk.get(address(maya)), "You see Nan on Sundays.", text="آپ نانی سے ملتے ہیں۔", by=BY)
    with house.db.writing() as s:
        asked = s.get_one(Consultation, maya.child.consultation_id)
        telling.put(s, asked, telling.HALFWAY, f"{telling.HALFWAY}:{maya.review_id}", house.clock())
    half = mine.get("/b/halfway")
    legend = half.root.first("legend")
    assert legend.text.startswith("آپ نانی سے ملتے ہیں۔")
    assert marked(half, "You see Nan on Sundays.") == [ENGLISH]
    assert NOTE not in half.text


def test_more_that_is_answered_takes_no_translation_from_what_was_answered_before(
    desk: Pages, mine: Pages, maya: Case
) -> None:
    mine.press(mine.get("/b/ask/contact_iro"), translate("Send it to my IRO", "ur"), words="ہیلو")
    listed = desk.get("/staff/requests")
    asked = next(
        a.attrs["href"] for a in listed.root.all("a") if "/staff/requests/" in a.attrs.get("href", "")
    )
    page = desk.get(asked)
    assert "They read Urdu: it goes now in English" in page.text
    page = desk.press(page, "Answer", answer="I will ring you.")
    assert "waits for a translation into Urdu" in page.text
    put(desk, desk.get(address(maya)), "I will ring you.", text="میں آپ کو فون کروں گی۔", by=BY)
    assert "It is translated into Urdu." in desk.get(asked).text
    desk.press(desk.get(asked), "Answer", answer="On Friday.")
    told = mine.get("/b/asked")
    assert marked(told, "میں آپ کو فون کروں گی۔") == [THEIRS]
    assert marked(told, "On Friday.") == [ENGLISH, ENGLISH]
    assert NOTE in told.text
