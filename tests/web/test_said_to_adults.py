"""Welsh says chi, and Arabic the plural, to parents and carers, also where a child reads the same text with ti."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from config import ROOT
from tests.fixtures.cases import Case, Invited
from tests.house.test_languages import ONE_PERSON
from tests.web.dom import read
from tests.web.inside import post
from tests.web.pages import Page, Pages
from webapp import catalogues
from webapp.documents.letter import Addressee, letter
from webapp.documents.notices import Template, notice
from webapp.house import House
from webapp.services.sending_texts import text
from webapp.store import Consultation

TI = re.compile(
    r"\b(?:ti|dy|di|wyt|rwyt|dwyt|oeddet|gelli|gei|byddi|fyddi|wnest|gest|arnat|amdanat|wrthot|atat|ddywedaist)\b",
    re.IGNORECASE,
)
FACTS = {"parent": "SX2 3BB", "carer": "harbour"}
ADDRESSES = (
    "/b/",
    "/b/{of}/",
    "/b/{of}/check",
    "/b/{of}/copy",
    "/help",
    "/not-safe",
    "/look",
    "/lost-link",
    "/nothing",
)


def test_what_is_said_to_adults_alone_or_apart_says_chi() -> None:
    with (ROOT / "translations/cy/LC_MESSAGES/adults.po").open("rb") as file:
        apart = list(catalogues.texts(read_po(file)))
    alone = [m for m in catalogues.texts(catalogues.read("cy")) if catalogues.areas(m) == [catalogues.ADULTS]]
    assert len(apart) > 100
    assert len(alone) > 600
    for message in apart + alone:
        assert not TI.search(" ".join(catalogues.said(message))), message.id


@pytest.mark.parametrize(
    ("who", "language", "to_a_child"), [("parent", "cy", TI), ("carer", "ar", ONE_PERSON)], ids=["cy", "ar"]
)
def test_no_page_of_an_adult_speaks_as_to_a_child(
    app: Flask,
    pages: Pages,
    house: House,
    case: Case,
    compiled_catalogues: None,
    who: str,
    language: str,
    to_a_child: re.Pattern[str],
) -> None:
    app.config["LANGUAGES"] = ("en", language)
    offering = house.authority.model_copy(update={"languages": ("en", language)})
    object.__setattr__(app.extensions["house"], "authority", offering)
    invited: Invited = getattr(case, who)
    with house.db.writing() as s:
        s.get_one(Consultation, invited.consultation_id).language = language
    found: dict[str, list[str]] = {}

    def see(name: str, page: Page) -> Page:
        assert page.root.first("html").attrs["lang"] == language, name
        if said := to_a_child.findall(page.text):
            found[name] = said
        return page

    def on(name: str, page: Page, **typed: Any) -> Page:
        """Press the page's own button."""
        button = next(b for b in page.root.first("main").all("button") if b.attrs.get("class") == "btn")
        return see(name, pages.press(page, button.text, **typed))

    page = on("know", see("link", pages.get(f"/o/{invited.token}")))
    page = on("before", page, fact=FACTS[who])
    page = on("secret", page)
    on("in", page, pin="4821")
    for question in house.booklets[who].questions:
        see(question.id, pages.get(f"/b/{who}/q/{question.id}"))
    post(pages, f"/b/{who}/q/anything", {"words": "geiriau"})
    for address in ADDRESSES:
        see(address, pages.get(address.format(of=who)))
    see("sent", post(pages, f"/b/{who}/send"))
    see("stopped", post(pages, "/b/stop"))
    assert found == {}


@pytest.mark.parametrize(("language", "to_a_child"), [("cy", TI), ("ar", ONE_PERSON)], ids=["cy", "ar"])
def test_no_message_or_letter_of_an_adult_speaks_as_to_a_child(
    house: House, compiled_catalogues: None, language: str, to_a_child: re.Pattern[str]
) -> None:
    council = house.authority.model_copy(update={"languages": ("en", language), "words": {}})
    day, link = dt.date(2027, 3, 28), "https://x.example/o/T"
    to = Addressee("Sam Reed", ["1 Gull Lane"], "Sam", "carer")
    kinds: tuple[Template, ...] = ("invite", "remind", "after", "reset", "outcome", "answered")
    for kind in kinds:
        told = notice(kind, council, language=language, who="carer", link=link, until=day)
        paper = letter(
            to, council, public_url=link, token="T", code="B" * 10, until=day, printed_on=day, template=kind,
            language=language,
        )  # fmt: skip
        sent = text(kind, council, language=language, who="carer", link=link)
        said = [told.subject, told.body, sent, read(paper)[0].text]
        assert [to_a_child.findall(words) for words in said] == [[]] * 4, kind
