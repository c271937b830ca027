"""The booklets' words reach the catalogues, each with its line and a note for the translator."""

from __future__ import annotations

import configparser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract

from webapp.booklet.definition import Booklet
from webapp.booklet.extract import WORDS
from webapp.booklet.extract import extract as words_of
from webapp.booklet.loader import load_all

FOLDERS = ("webapp/booklet/definitions", "tests/booklet/examples")


def words_shown(booklet: Booklet) -> set[str]:
    """Everything in a booklet that a person may read."""
    found = {booklet.title, booklet.summary, *(section.title for section in booklet.sections)}
    for question in booklet.questions:
        for part in (question, *getattr(question, "options", ()), *getattr(question, "topics", ())):
            found |= {text for key in WORDS if (text := getattr(part, key, None))}
    return found


def test_every_word_of_every_booklet_is_extracted_and_nothing_else() -> None:
    for folder in FOLDERS:
        for booklet in load_all(folder).values():
            found = {
                text
                for _, _, text, _ in words_of(
                    BytesIO(Path(folder, f"{booklet.id}.yaml").read_bytes()), (), (), {}
                )
            }
            assert found == words_shown(booklet)


def test_a_message_knows_its_line_its_question_and_its_use() -> None:
    file = BytesIO(Path("tests/booklet/examples/blanks.yaml").read_bytes())
    found = {text: (line, notes) for line, _, text, notes in words_of(file, (), (), {})}
    assert found["How is {child}?"] == (16, ["blanks, one, doing (words), easy read: short words, one idea"])
    assert found["How is {child} doing?"][1] == [
        "blanks, one, doing (words), text message: at most 160 characters"
    ]
    assert found["An example"] == (2, ["blanks"])


def test_babel_takes_it_by_the_name_in_its_settings() -> None:
    settings = configparser.ConfigParser(delimiters="=", allow_no_value=True)
    text = Path("translations/babel.cfg").read_text("utf-8")
    assert "booklet = webapp.booklet.extract:extract" in text
    assert "[booklet: webapp/booklet/definitions/**.yaml]" in text
    with Path("webapp/booklet/definitions/parent.yaml").open("rb") as file:
        found = list(extract("webapp.booklet.extract:extract", file))
    assert len(found) > 100
    settings.read_string(text.replace("[ignore", "[ignored"))
    assert settings.get("extractors", "booklet") == "webapp.booklet.extract:extract"


def test_a_blank_is_marked_as_one_for_translators() -> None:
    assert "python-brace-format" in Message("How is {child}?").flags


def test_an_empty_file_has_no_words() -> None:
    assert list(words_of(BytesIO(b""), (), (), {})) == []
