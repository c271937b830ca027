"""The pack: tagged, in reading order, each person's words in their own language and running its way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents.tagged import Tagged
from webapp.documents.pack_pdf import pack_pdf

NASTY = "#let x = 1 *b* _i_ $5$ `raw` <label> @cite \\ [x] // end"
URDU, ARABIC, WELSH = "میں گھر جانا چاہتی ہوں", "أريد أن أرى أخي", "Dw i eisiau mynd adref"


def one(asked: str, *words: tuple[str, str], lines: tuple[str, ...] = ()) -> dict[str, Any]:
    said = [{"text": text, "lang": lang} for text, lang in words]
    return {"asked": asked, "lines": list(lines), "words": said, "seen": ""}


@pytest.fixture(scope="module")
def found() -> Tagged:
    wants = [
        one("Talk about?", (URDU, "ur"), (ARABIC, "ar")),
        one("Ask?", (WELSH, "cy"), (f"{NASTY}\U0001f600", "en")),
    ]
    reasons = {"title": "Reasons", "groups": [{"title": "Maya", "items": [one("Why?", ("CANARY", "en"))]}]}
    alone = {
        "title": "For the IRO alone",
        "foot": "Take out",
        "note": "Take these sheets.",
        "parts": [reasons],
    }
    parts = [
        {"title": "What Maya wants", "groups": [{"title": "", "items": wants}]},
        {
            "title": "Education",
            "groups": [{"title": "Lin, Foster carer", "items": [one("School?", lines=("Good",))]}],
        },
    ]
    return Tagged(
        pack_pdf(
            {
                "title": "Maya’s review",
                "foot": "For all",
                "facts": [["Review", "March"]],
                "parts": parts,
                "alone": alone,
            }
        )
    )


def test_headings_stand_in_reading_order_without_a_gap(found: Tagged) -> None:
    levels = [int(element.tag[1]) for element in found.elements if element.tag in ("H1", "H2", "H3", "H4")]
    assert levels == [1, 2, 2, 3, 2, 3, 4]
    assert found.title == "Maya’s review"


def test_each_part_says_its_language(found: Tagged) -> None:
    assert str(found.root["/Lang"]).startswith("en")
    assert {"ur", "ar", "cy"} <= {element.language.split("-")[0] for element in found.elements}


def test_what_is_for_the_officer_alone_begins_a_sheet_of_its_own_that_says_so(found: Tagged) -> None:
    first, last = found.pages
    assert "CANARY" not in first
    assert "For the IRO alone" not in first
    assert "For all" in first
    assert "CANARY" in last
    assert "Take out" in last


def test_what_looks_like_code_stays_words_and_what_no_font_has_is_a_question_mark(found: Tagged) -> None:
    assert f"{NASTY}?" in found.text
