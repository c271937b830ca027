"""How a child took part: what is suggested from what is known, and what may not be chosen."""

from __future__ import annotations

import pytest

from webapp.review.taking_part import CODES, Known, fits, suggested


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (Known(3, came=True, sent=True), "PN0"),
        (Known(9, came=True), "PN1"),
        (Known(9, came=True, advocate_came=True), "PN2"),
        (Known(9, came=True, no_words=True), "PN3"),
        (Known(9, came=False, advocate_came=True, sent=True), "PN5"),
        (Known(9, came=False, sent=True), "PN6"),
        (Known(9, came=False), "PN7"),
    ],
)
def test_what_is_known_suggests_a_code_that_fits(known: Known, code: str) -> None:
    assert suggested(known)[0] == code
    assert fits(code, known)


def test_a_code_fits_whoever_came_or_whoever_did_not_or_the_youngest_alone() -> None:
    assert [one for one in CODES if fits(one, Known(9, came=True))] == ["PN1", "PN2", "PN3", "PN4"]
    assert [one for one in CODES if fits(one, Known(9, came=False))] == ["PN5", "PN6", "PN7"]
    assert [one for one in CODES if fits(one, Known(3, came=True))] == ["PN0"]
    assert not fits("PN8", Known(9, came=True))
