"""Parts are counted as a provider counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.chat.parts import count, is_gsm, straighten


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 153, 3),  # the pound's two places are never parted
        ("ŵ" * 70, 1),
        ("ŵ" * 71, 2),
        ("ŵ" + "a" * 133, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("ŵ" * 66 + "😀" + "ŵ" * 65, 2),
        ("ŵ" * 66 + "😀" + "ŵ" * 66, 3),
        ("م" * 71, 2),
    ],
)
def test_a_message_takes_so_many_parts(text: str, parts: int) -> None:
    assert count(text) == parts


def test_curly_quotes_and_long_dashes_are_made_plain() -> None:
    assert (
        straighten("“It’s fine” – really…\u00a0yes — you’re on")
        == "\"It's fine\" - really... yes - you're on"
    )
    assert is_gsm(straighten("‘Who’ – “you”…"))


@given(st.text(max_size=400))
def test_straight_words_never_cost_more(text: str) -> None:
    assert count(straighten(text)) <= count(text) or "…" in text
