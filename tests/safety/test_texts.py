"""What the lists find, over tables of texts. Recall on texts that nobody tuned to is measured apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp import safety

TEXTS = Path(__file__).parent / "texts"


def lines(name: str) -> list[str]:
    return [
        line for line in (TEXTS / f"{name}.txt").read_text("utf-8").splitlines() if line and line[0] != "#"
    ]


def told(name: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in (line.split(": ", 1) for line in lines(name))]


@pytest.mark.parametrize("kind, text", told("direct") + told("adult_disclosures"))
def test_what_is_said_outright_is_flagged_and_now_is_urgent(kind: str, text: str) -> None:
    found = safety.read(text, "en")
    assert found.flag
    assert found.kind in safety.KINDS
    assert found.urgent or not kind.startswith("!")


@pytest.mark.parametrize("text", lines("ordinary") + lines("adult"))
def test_ordinary_talk_is_let_be(text: str) -> None:
    assert safety.read(text, "en") == safety.Found(screened=True)


@pytest.mark.parametrize("text", lines("cymraeg"))
def test_what_is_said_outright_in_welsh_is_flagged(text: str) -> None:
    assert safety.read(text, "cy").flag


@pytest.mark.parametrize("text", lines("cymraeg_cyffredin"))
def test_ordinary_welsh_is_let_be(text: str) -> None:
    assert safety.read(text, "cy") == safety.Found(screened=True)
