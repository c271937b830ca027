"""What stands on a printed booklet beside its questions: short, plain, and true on paper."""

from __future__ import annotations

import re

import pytest

from tests.booklet.test_words import LONGEST_SENTENCE, READING_AGE, READING_AGE_EASY, reading_age
from webapp.documents import booklet_words as w

CHILDS = {
    "cover": [*w.COVER["child"], w.NEED, w.DONT_WAIT, w.IN_DANGER],
    "how": [w.HOW, *w.HOW_LINES["child"]],
    "who reads": [w.WHO_READS, *w.READERS["child"], *w.READERS["apart"]],
    "online": [w.ONLINE, w.CAMERA, w.OR_TYPE, w.UNTIL, w.SENT_ONLINE, w.ASK_FOR_CODE],
    "back": [w.BACK, w.THANK_YOU, w.GIVE_OR_POST["child"], w.SEND_BY, w.REFERENCE],
    "private": [w.PRIVATE["child"], *w.PRIVATE_LINES["child"], w.WHY_THEM],
    "answers": [
        w.TICK_ONE,
        w.TICK_MANY,
        w.TICK_ROWS,
        w.ONLY_IF,
        w.WHICH_PART,
        w.DRAW_LINE,
        *w.DRAW_HERE.values(),
    ],
}


@pytest.mark.parametrize("part", CHILDS)
def test_a_child_of_nine_reads_what_paper_needs(part: str) -> None:
    assert reading_age(*CHILDS[part]) <= READING_AGE


@pytest.mark.parametrize("part", ["cover", "how", "back", "answers"])
def test_most_of_it_does_for_easy_read_too(part: str) -> None:
    assert reading_age(*CHILDS[part]) <= READING_AGE_EASY


def test_no_sentence_is_long() -> None:
    said = [text for lines in CHILDS.values() for text in lines]
    said += [*w.COVER["adult"], *w.HOW_LINES["adult"], *w.READERS["parent"], *w.PRIVATE_LINES["adult"]]
    for text in said:
        assert all(len(sentence.split()) <= LONGEST_SENTENCE for sentence in re.split(r"[.?!:]\s", text)), (
            text
        )
