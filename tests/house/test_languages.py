"""Every language that is switched on has all its words, and no catalogue holds a wrong one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from config import ROOT, load_authority
from webapp import catalogues
from webapp.i18n import ADULTS, COVERS, FOLDER

APART = sorted(FOLDER.glob(f"*/LC_MESSAGES/{ADULTS}.po"))
ONE_PERSON = re.compile(
    r"\b(?:أنت|لك|معك|عندك|يمكنك|رأيك|اسمك|كلماتك|إجابتك|إجاباتك|صفحتك|رابطك|رمزك|رقمك|مفتاحك|رسالتك|طفلك"
    r"|تريد|تحتاج|اضغط|اكتب|اتصل|اختر|اسأل|افتح)\b"
)
"""Arabic to one person; adults are addressed in the plural."""
SWITCHED_ON = [c for c in load_authority(ROOT / "webapp/demo/authority.yaml").languages if c != "en"]


def test_a_language_that_is_switched_on_misses_nothing(every_text: Catalog) -> None:
    found = [line for language in SWITCHED_ON for line in catalogues.problems(language, every_text)]
    assert found == []


@pytest.mark.parametrize("language", COVERS)
def test_what_a_catalogue_holds_fits_its_english(language: str) -> None:
    """A blank that is missing or misspelt would be a failed page for whoever reads that language."""
    wrong = [
        f"{message.id}: {fault}"
        for message in catalogues.texts(catalogues.read(language))
        if any(catalogues.said(message)) and not message.fuzzy
        for fault in catalogues.faults(language, message, catalogues.said(message))
    ]
    assert wrong == []


@pytest.mark.parametrize("file", APART, ids=lambda file: file.parts[-3])
def test_what_is_said_to_adults_apart_is_known_and_right(every_text: Catalog, file: Path) -> None:
    language = file.parts[-3]
    known = {message.id: message for message in catalogues.texts(catalogues.wanted(language, every_text))}
    apart = _texts(file)
    assert set(apart) <= set(known), "nothing says these any more"
    for text, said in apart.items():
        assert list(catalogues.faults(language, known[text], said)) == []


def test_arabic_says_the_plural_to_adults(every_text: Catalog) -> None:
    """In what only they meet, and wherever Welsh says something else to them than to a child."""
    arabic, welsh = (_texts(FOLDER / f"{language}/LC_MESSAGES/{ADULTS}.po") for language in ("ar", "cy"))
    said = {
        message.id: catalogues.said(message) for message in catalogues.texts(catalogues.read("ar"))
    } | arabic
    known = catalogues.texts(catalogues.wanted("ar", every_text))
    theirs = [m for m in known if m.id in welsh or catalogues.areas(m) == [catalogues.ADULTS]]
    assert len(theirs) > 700
    assert {m.id: said[m.id] for m in theirs if ONE_PERSON.search(" ".join(said[m.id]))} == {}


def _texts(file: Path) -> dict[Any, tuple[str, ...]]:
    with file.open("rb") as words:
        return {message.id: catalogues.said(message) for message in catalogues.texts(read_po(words))}


@pytest.mark.parametrize(
    ("file", "area"),
    [
        ("templates/respond/home.html", catalogues.PAGES),
        ("templates/something/new.html", catalogues.PAGES),
        ("webapp/booklet/definitions/my_review_my_choice.yaml", catalogues.BOOKLETS),
        ("webapp/booklet/definitions/parent.yaml", catalogues.ADULTS),
        ("templates/letters/_carer.html", catalogues.ADULTS),
        ("templates/letters/_child.html", catalogues.LETTERS),
        ("templates/messages/invite.txt", catalogues.LETTERS),
        ("templates/staff/unit.html", catalogues.STAFF),
    ],
)
def test_a_file_speaks_in_one_part_of_the_service(file: str, area: str) -> None:
    assert catalogues.area_of(file) == area


def test_every_part_of_the_service_has_texts(every_text: Catalog) -> None:
    found = {area for message in catalogues.texts(every_text) for area in catalogues.areas(message)}
    assert found == set(catalogues.AREAS)


def test_the_made_up_authority_says_all_its_hours_and_teams_in_each_language() -> None:
    authority = load_authority(ROOT / "webapp/demo/authority.yaml")
    places = [authority.duty.day, authority.duty.night, authority.advocate, authority.childline]
    said = {authority.name, authority.unit_name, *(place.when for place in places), authority.duty.day.name}
    for language in COVERS:
        assert not said - set(authority.words[language]), language
