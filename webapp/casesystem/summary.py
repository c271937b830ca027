"""A record as a CSV table, for a robot or a person who keys it in elsewhere.

Spreadsheets take a cell that begins with = + - @ for a formula, and some look at each line of a cell. So each line of a
cell that would begin so, after any spaces and quotation marks, gets one apostrophe in front, as does a line that
begins with an apostrophe itself: taking one apostrophe off the front of every line that has one gives the text back,
letter by letter (threats.md B7).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from webapp.booklet.records import Choice, Item, Views

COLUMNS = (
    "event_key", "review_id", "child_id", "respondent_id", "respondent_role", "revision", "heading", "question",
    "asked", "about", "answer", "words", "audience", "skipped", "set_aside", "held_back",
)  # fmt: skip
LINES = re.compile(r"(\r\n|\r|\n)")
BEGINS_A_FORMULA = re.compile(r"[\s\"“”]*[=+\-@＝＋－＠\t\r]|'")


def summary(key: str, record: Views) -> bytes:
    """The table, in UTF-8 with a mark that spreadsheets know it by; a line for each answer, or each row of one."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    first = (
        key, record.review_id, record.child_id, record.respondent.id, record.respondent.role, str(record.revision),
    )  # fmt: skip
    for rest in _rows(record):
        writer.writerow([safe(cell) for cell in (*first, *rest, str(record.held_back))])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(text: str) -> str:
    """The text, inert in a spreadsheet. Lines end as they did."""
    parts = LINES.split(text.replace("\0", "\ufffd"))
    return "".join(_inert(part) if number % 2 == 0 else part for number, part in enumerate(parts))


def plain(cell: str) -> str:
    """The text as it was before `safe`."""
    parts = LINES.split(cell)
    return "".join(part.removeprefix("'") if number % 2 == 0 else part for number, part in enumerate(parts))


def _inert(line: str) -> str:
    return f"'{line}" if BEGINS_A_FORMULA.match(line) else line


def _rows(record: Views) -> Iterator[tuple[str, ...]]:
    for heading in record.headings:
        for item in heading.items:
            yield from _item(heading.heading, item, "")
    for aside in record.set_aside:
        yield from _item("", aside.item, aside.why)


def _item(heading: str, item: Item, why: str) -> Iterator[tuple[str, ...]]:
    said = item.answer

    def line(about: str, choices: Iterable[Choice], words: str) -> tuple[str, ...]:
        chosen = "; ".join(one.label_staff or one.label for one in choices)
        skipped = "yes" if item.skipped else "no"
        asked = item.asked_staff or item.asked
        return (heading, item.question, asked, about, chosen, words, item.audience, skipped, why)

    if said.choices or said.words or not said.rows:
        yield line("", said.choices, said.words)
    for row in said.rows:
        words = "\n".join(one for one in (row.which_part, row.words) if one)
        yield line(row.label_staff or row.label, row.choices, words)
        if row.reason:
            yield ("", *line(row.label_staff or row.label, (), row.reason)[1:6], "iro", "no", why)
