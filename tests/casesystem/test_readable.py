"""The copy to read: whole, escaped, each person's words in a direction of their own."""

from __future__ import annotations

import html.parser
from typing import Any

import pytest

from tests.casesystem.records import a_person, a_views_record, an_item, invite_choices
from webapp.booklet.records import ViewsRecord
from webapp.booklet.wishes import InviteChoicesRecord
from webapp.casesystem.readable import readable

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "I <3 my dog & O'Neil",
    "{{7*7}}",
    "a\u202eb",
]


class Page(html.parser.HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(record: dict[str, Any]) -> Page:
    model = InviteChoicesRecord if record["kind"] == "invite_choices" else ViewsRecord
    return Page(readable(model.model_validate(record)))


@pytest.mark.parametrize("nasty", NASTY)
def test_words_stand_as_they_were_typed_and_do_nothing(nasty: str) -> None:
    record = invite_choices(a_person(nasty, reason=nasty, relation=nasty, which_part=nasty, part_only=True))
    record["headings"] = [{"heading": "childs_view", "items": [an_item(nasty)]}]
    shown = page(record)
    assert shown.text.count(nasty) == 5
    tags = {tag for tag, _ in shown.tags}
    assert not tags & {"script", "img", "iframe", "object", "link", "a", "form"}
    assert not [name for _, attributes in shown.tags for name in attributes if name.startswith("on")]


def test_typed_words_and_names_are_isolated_from_the_line_around_them() -> None:
    text = readable(InviteChoicesRecord.model_validate(invite_choices(a_person("\u202enun"))))
    assert "<bdi>\u202enun</bdi>" in text
    quoted = page(a_views_record(an_item("ٹھیک ہے", language="ur")))
    assert ("blockquote", {"dir": "auto", "lang": "ur"}) in quoted.tags


def test_the_page_says_its_language_its_letters_and_that_nothing_may_run() -> None:
    shown = page(a_views_record())
    assert ("html", {"lang": "en-GB", "dir": "ltr"}) in shown.tags
    assert ("meta", {"charset": "utf-8"}) in shown.tags
    policy = {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'",
    }
    assert ("meta", policy) in shown.tags
    assert readable(ViewsRecord.model_validate(a_views_record())).lstrip().startswith("<!doctype html>")


def test_a_question_in_another_language_stands_beside_the_english_one() -> None:
    shown = page(
        a_views_record(an_item("x", language="ur", asked="آپ کیسے ہیں؟", asked_staff="How are you?"))
    )
    assert "How are you?" in shown.text
    assert "آپ کیسے ہیں؟" in shown.text
    assert ("p", {"class": "small", "lang": "ur", "dir": "rtl"}) in shown.tags


def test_who_may_see_an_answer_stands_with_it() -> None:
    assert "May be seen by: the IRO." in page(a_views_record(an_item("x", audience="iro"))).text


def test_no_and_what_must_not_be_said_stand_out() -> None:
    topic = {
        "question": "not_in_front", "asked_staff": "?", "audience": "iro", "state": "asked", "topic": "health",
        "topic_label": "My health", "choices": [], "words": "my carer",
    }  # fmt: skip
    record = invite_choices(a_person("Dad", "no"), wishes={"not_in_front": [topic]})
    text = page(record).text
    assert "Not to be said in front of everyone" in text
    assert "My health" in text
    assert "my carer" in text


def test_every_part_of_the_menu_is_shown() -> None:
    def wish(words: str) -> dict[str, Any]:
        return {"question": "q", "asked_staff": "?", "audience": "review", "state": "asked", "choices": [],
                "words": words}  # fmt: skip

    lists = (
        "attend",
        "words",
        "people_words",
        "where",
        "not_where",
        "how",
        "about",
        "chair",
        "help",
        "outcome",
        "card",
    )
    wishes: dict[str, Any] = {name: [wish(f"CANARY{name}.")] for name in lists}
    choice = {"id": "monday", "label": "Monday", "label_staff": "CANARYmonday"}
    wishes["when"] = [{"question": "q", "asked_staff": "?", "audience": "review", "state": "asked",
                       "good": [choice], "bad": [], "words": "CANARYwhen."}]  # fmt: skip
    text = page(invite_choices(wishes=wishes)).text
    missing = [name for name in (*lists, "when") if f"CANARY{name}." not in text]
    assert not missing
    assert "CANARYmonday" in text


def test_nothing_of_a_record_is_left_out() -> None:
    row = {"id": "r", "label": "L", "label_staff": "CANARYlabel", "relation": "CANARYrelation", "choices": [],
           "words": "CANARYrow", "part_only": True, "which_part": "CANARYpart", "reason": "CANARYreason",
           "added": True}  # fmt: skip
    item = an_item(
        "CANARYwords", answer={"choices": [], "rows": [row], "words": "CANARYwords"}, typed_by="CANARYtyped"
    )
    record = a_views_record(
        item, helped_by="CANARYhelper",
        set_aside=[{"why": "off_path", "item": an_item("CANARYaside")}],
        not_answered=[{"question": "q", "asked_staff": "CANARYopen"}],
    )  # fmt: skip
    text = page(record).text
    for part in ("label", "relation", "row", "part", "reason", "words", "typed", "helper", "aside", "open"):
        assert f"CANARY{part}" in text, part
