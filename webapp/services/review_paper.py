"""What was said for a review as it goes onto paper: under the headings of the record, each with how far it may go.

A private reason is on no paper but the officer's own; every line says whose words it holds and in which language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from webapp.booklet.definition import Heading
from webapp.booklet.records import Item, Row
from webapp.review.deciding import Wish
from webapp.review.sharing import Share, share, share_of_wish
from webapp.services.deciding import in_staffs_words
from webapp.services.looking_prepared import Asked, Prepared
from webapp.services.looking_records import HEADINGS, HELPING, Paper, Shown, Voice, says_something

NOT_FOR_PAPER = HELPING | {"card"}


@dataclass(frozen=True, slots=True)
class Words:
    """Words as somebody typed them."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Line:
    """One answer on paper."""

    asked: str
    chosen: tuple[str, ...]
    """In English, one for each choice or row."""
    typed: tuple[Words, ...]
    reasons: tuple[Words, ...]
    """Private reasons: for the officer alone, whatever the share."""
    share: Share


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words follow, and how they came."""

    name: str
    role: str
    who: str
    booklet: str
    sent_at: dt.datetime
    helped_by: str


@dataclass(frozen=True, slots=True)
class Block:
    """What stands under one heading of the record."""

    heading: Heading
    parts: tuple[tuple[Speaker, tuple[Line, ...]], ...]

    def only(self, shares: Collection[Share]) -> list[tuple[Speaker, list[Line]]]:
        """The lines that may go so far, by who said them."""
        found = [(speaker, [line for line in lines if line.share in shares]) for speaker, lines in self.parts]
        return [(speaker, lines) for speaker, lines in found if lines]

    def count(self, share: Share) -> int:
        """How many lines may go just so far."""
        return sum(line.share == share for _, lines in self.parts for line in lines)


def blocks(prep: Prepared, elsewhere: Callable[[Shown], bool] = lambda _: False) -> tuple[Block, ...]:
    """Every heading of the record, in its order; nothing under it where nobody said anything.

    `elsewhere`: answers that have a place of their own on the same paper.
    """
    everybody = speakers(prep)
    told = [(speaker_of(voice, paper), paper) for voice in prep.page.voices for paper in voice.papers]
    return tuple(
        Block(
            heading,
            tuple(
                (speaker, lines)
                for speaker, paper in told
                if (lines := tuple(_under(paper, heading, speaker.who, everybody, elsewhere)))
            ),
        )
        for heading in HEADINGS
    )


def speaker_of(voice: Voice, paper: Paper) -> Speaker:
    """Whose words a booklet holds."""
    record = paper.record
    return Speaker(
        voice.name, voice.role, record.respondent.who, record.booklet.title, record.sent_at, paper.helped_by
    )


def speakers(prep: Prepared) -> set[str]:
    """As whom people answered."""
    return {paper.record.respondent.who for voice in prep.page.voices for paper in voice.papers}


def _under(
    paper: Paper, heading: Heading, who: str, everybody: Collection[str], elsewhere: Callable[[Shown], bool]
) -> Iterator[Line]:
    for shown in paper.headings.get(heading, ()):
        item = shown.item
        on_paper = not item.skipped and says_something(item) and item.question not in NOT_FOR_PAPER
        if on_paper and not elsewhere(shown):
            yield line(item, share(item, who, everybody, flagged=needs_a_look(shown)))


UNREAD = ("waiting", "not_screened")
"""States of screening in which nobody knows yet whether something worries in it."""


def needs_a_look(shown: Shown) -> bool:
    """True where the officer should read it before anybody else does."""
    return shown.look_first or shown.seen.state in UNREAD


def line(item: Item, how_far: Share) -> Line:
    """One answer as it stands on paper."""
    rows = item.answer.rows
    chosen = [choice.label_staff for choice in item.answer.choices]
    if item.kind == "faces" and item.answer.choices:
        chosen = [f"{chosen[0]} ({item.answer.choices[0].id} of 5)"]
    typed = [text for row in rows for text in (row.which_part, row.words) if text]
    return Line(
        asked=item.asked_staff, chosen=(*chosen, *(_row(row) for row in rows)),
        typed=_words([*typed, item.answer.words], item.language),
        reasons=_words([row.reason for row in rows], item.language), share=how_far,
    )  # fmt: skip


def _row(row: Row) -> str:
    told = [choice.label_staff for choice in row.choices] + (["part only"] if row.part_only else [])
    return f"{row.label_staff or row.label}: {', '.join(told)}" if told else row.label_staff or row.label


def _words(texts: Iterable[str], language: str) -> tuple[Words, ...]:
    return tuple(Words(text, language) for text in texts if text)


@dataclass(frozen=True, slots=True)
class Fate:
    """What was decided about some of the wishes, as it goes onto paper."""

    wish: Wish
    asked: str
    """In staff's words: never what was typed beside a choice."""
    outcome: str
    instead: str
    reason: str
    share: Share


def fates(prep: Prepared) -> tuple[Fate, ...]:
    """The decisions that hold for what is asked now."""
    return tuple(_fate(one) for one in prep.asked if one.decided and not one.again)


def _fate(one: Asked) -> Fate:
    assert one.decided is not None
    asked = "; ".join(text for wish in one.wishes if (text := in_staffs_words(wish)))
    decided, wish = one.decided, one.wishes[0]
    return Fate(wish, asked, decided.outcome, decided.instead, decided.reason, share_of_wish(wish))
