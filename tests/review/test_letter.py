"""The officer's letter: a child can read its fixed words, and what was typed stands as it was typed."""

from __future__ import annotations

import dataclasses
import re

import pytest
import textstat

from webapp.documents.words import day_in_words
from webapp.review import letter_words
from webapp.review.letter import Answered, Letter, Next, Sheet, parts, read, written
from webapp.review.letter_words import BANDS, Band, band_of

OLDEST = {"plain": 9, "middle": 10, "older": 13}
"""The reading age that each may ask for."""
SHEET = Sheet(
    "en", str, lambda day: day_in_words(day, "en"), "Nadia Rahman", "01632 960 100", "NYAS: 0808 808 1001"
)
WELSH = dataclasses.replace(SHEET, language="cy", translate=lambda text: f"cy:{text}")
ANSWER = Answered(
    "where:where", "where", "", "", False, "At a café", "en", "changed", "", "CANARY-REASON", "iro"
)
WHO = Answered(
    "who:P-1", "who", "Mum", "yes", True, "", "en", "agreed", "", "We will ask them to come.", "iro"
)
WHOLE = Letter(
    "middle", "2027-03-02", True, good="You laughed a lot.\n\nAnd <3 your dog.", answers=(ANSWER, WHO),
    next=(Next("A bike", "Lin", "2027-04-01"), Next("A card")), words="See you soon.",
)  # fmt: skip


def fixed(band: Band, came: bool | None) -> str:
    """Everything of ours in a letter of this kind."""
    told = parts(
        Letter(band, "2027-03-02", came, answers=(WHO,), next=(Next("Bike", "Lin", "2027-04-01"),)), SHEET
    )
    lines = [
        line.text for part in told for line in (*part.lines, *(one for group in part.groups for one in group))
    ]
    return " ".join(line if line[-1] in ".?!" else f"{line}." for line in lines)


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("came", [True, False, None])
def test_the_fixed_words_are_read_by_whom_they_are_for(band: Band, came: bool | None) -> None:
    text = fixed(band, came)
    for name in ("Nadia Rahman", "Review team", "01632 960 100", "NYAS: 0808 808 1001", "2 March 2027", "1 April 2027",
                 "advocate", "review", "decided"):  # fmt: skip
        text = text.replace(name, "Kim")
    assert textstat.flesch_kincaid_grade(text) + 5 <= OLDEST[band], text
    for sentence in re.split(r"(?<=[.?!:]) ", text):
        assert len(sentence.split()) <= 25, sentence


def test_a_child_who_was_not_there_is_told_so_kindly_and_offered_a_talk() -> None:
    for band in BANDS:
        assert "You were not there, and that is fine." in fixed(band, False)
        assert "not there" not in fixed(band, True) + fixed(band, None)
        assert re.search(
            r"I would like to tell you about it myself|talk it through with you", fixed(band, False)
        )


@pytest.mark.parametrize(
    ("age", "easy", "band"), [(4, False, "plain"), (7, False, "plain"), (8, False, "middle"), (11, False, "middle"),
                              (12, False, "older"), (16, True, "plain")],
)  # fmt: skip
def test_how_simply_it_speaks_follows_age_and_easy_words(age: int, easy: bool, band: str) -> None:
    assert band_of(age, easy) == band


def test_ours_comes_in_the_childs_language_and_theirs_as_it_was_typed() -> None:
    told = parts(WHOLE, WELSH)
    lines = [
        line for part in told for line in (*part.lines, *(one for group in part.groups for one in group))
    ]
    by_language = {code: [line.text for line in lines if line.language == code] for code in ("en", "cy")}
    assert by_language["en"] == [
        "You laughed a lot.",
        "And <3 your dog.",
        "At a café",
        "CANARY-REASON",
        "A bike",
        "A card",
        "See you soon.",
    ]
    assert "cy:We will ask them to come." in by_language["cy"], "a reason of ours is in every language"
    assert "cy:You want Mum to come for a part of it." in by_language["cy"]
    assert [line.text for line in lines if line.strong][:2] == ["cy:A bit different", "cy:Yes"]


def test_a_letter_is_the_same_after_it_was_sealed_and_opened() -> None:
    assert read(written(WHOLE)) == WHOLE


def test_what_is_left_out_of_it_is_not_in_it_and_own_words_are_known() -> None:
    left = dataclasses.replace(
        WHOLE, answers=(dataclasses.replace(ANSWER, keep=False),), good="", words="", next=()
    )
    assert "CANARY-REASON" not in str(parts(left, SHEET))
    assert not left.own_words
    assert dataclasses.replace(left, answers=(ANSWER,)).own_words
    assert not dataclasses.replace(left, answers=(WHO,)).own_words


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"good": "x" * 3001}, {"good": "too_long"}),
        ({"next": (Next("", "Lin"),)}, {"what-0": "say_what"}),
        ({"next": (Next("Bike", "", "2027-02-30"),)}, {"by-0": "no_such_day"}),
        ({"next": (Next("x" * 301),)}, {"what-0": "too_long"}),
        ({}, {}),
    ],
)
def test_what_is_wrong_is_named_by_its_field(change: dict[str, object], wrong: dict[str, str]) -> None:
    assert dataclasses.replace(WHOLE, **change).wrong == wrong  # type: ignore[arg-type]


def test_every_outcome_has_its_words() -> None:
    assert set(letter_words.OUTCOMES) == {"agreed", "asked_for", "changed", "not_possible"}
