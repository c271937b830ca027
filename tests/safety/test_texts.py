"""What is found over tables of texts. They are learned from (webapp/safety/weighing.py), so these are floors, no
measure: that is taken on texts nobody has seen. A row is its group, its kind and the text, as `flask safety weigh`
reads them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from webapp import safety

TEXTS = Path(__file__).parent / "texts"
WORRIES = ("d", "u", "ad")
ORDINARY = ("o", "ao")


@cache
def rows(table: str) -> tuple[tuple[str, str, safety.Found], ...]:
    """Group, text, and what was found, of each row of a table (en/first)."""
    found = []
    for line in (TEXTS / f"{table}.txt").read_text("utf-8").splitlines():
        group, _, rest = line.partition(" ")
        if group != "#":
            text = rest.partition("|")[2]
            found.append((group, text, safety.read(text, table[:2])))
    return tuple(found)


def tables(language: str) -> list[str]:
    return sorted(f"{language}/{path.stem}" for path in (TEXTS / language).glob("*.txt"))


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.parametrize("table", ["en/first", "en/second"])
def test_what_is_said_outright_is_flagged_and_now_is_urgent(table: str) -> None:
    missed = [text for group, text, found in rows(table) if group in WORRIES and not found.flag]
    late = [text for group, text, found in rows(table) if group == "u" and not found.urgent]
    assert (missed, late) == ([], [])


@pytest.mark.parametrize("language, told, now, ordinary", [("en", 0.97, 0.95, 0.13), ("cy", 0.95, 0.9, 0.03)])
def test_disclosures_are_found_and_ordinary_talk_is_let_be(
    language: str, told: float, now: float, ordinary: float
) -> None:
    every = [row for table in tables(language) for row in rows(table)]
    assert share([found.flag for group, _, found in every if group in WORRIES]) >= told
    assert share([found.urgent for group, _, found in every if group == "u"]) >= now
    assert share([found.flag for group, _, found in every if group in ORDINARY]) <= ordinary


@pytest.mark.parametrize("table", tables("en") + tables("cy"))
def test_no_table_is_left_behind(table: str) -> None:
    missed = [text for group, text, found in rows(table) if group in WORRIES and not found.flag]
    false = [text for group, text, found in rows(table) if group in ORDINARY and found.flag]
    assert len(missed) <= 0.2 * len(rows(table)), missed
    assert len(false) <= 0.16 * len(rows(table)), false


def test_an_adults_form_is_held_to_an_adults_measure_and_a_childs_well_written_words_are_not() -> None:
    every = [row for table in tables("en") for row in rows(table)]
    assert share([found.flag for group, _, found in every if group == "ao"]) <= 0.05
    report = "He is frightened of men with beards because of his past."
    assert not safety.read(report, "en").flag
    assert safety.read(report, "en", child=True).flag


def test_a_disclosure_in_a_long_ordinary_answer_is_found() -> None:
    ordinary = "I like football and my dog and we went to the park on saturday and had chips with my nan. "
    assert not safety.read(ordinary * 4, "en").flag
    assert safety.read(ordinary * 4 + "He hits me with his belt. " + ordinary * 4, "en").flag
