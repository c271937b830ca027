"""YAML in, booklet out: every scalar is text, and every mistake is named with its file, line, question and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.booklet.definition import Booklet, ChooseMany, Words
from webapp.booklet.loader import BookletError, Mistake, check, dump, fingerprint, load, load_all, restore

EXAMPLES = Path("tests/booklet/examples")
OURS = load_all()

GOOD = """\
id: tiny
title: Tiny
who: child
record: views
summary: One question.
sections:
  - id: one
    title: One
    questions:
      - id: ready
        kind: choose_one
        text: Ready?
        options:
          - {id: yes, text: Yes}
          - {id: no, text: No}
      - id: said
        kind: words
        text: What do you want to say?
"""


def mistakes(tmp_path: Path, text: str, name: str = "tiny.yaml") -> list[Mistake]:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return check([file])


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_every_example_and_every_booklet_loads() -> None:
    assert len(load_all(EXAMPLES)) == len(list(EXAMPLES.glob("*.yaml"))) >= 15
    assert {"my_review_my_choice", "parent", "carer"} <= set(OURS)
    assert check([EXAMPLES, "webapp/booklet/definitions"]) == []


def test_a_bare_yes_or_no_stays_a_word(tmp_path: Path) -> None:
    assert mistakes(tmp_path, GOOD) == []
    question = load(tmp_path / "tiny.yaml").questions[0]
    assert [option.id for option in question.options] == ["yes", "no"]  # type: ignore[union-attr]
    assert [option.text for option in question.options] == ["Yes", "No"]  # type: ignore[union-attr]


def test_numbers_and_booleans_are_read_where_the_model_wants_them() -> None:
    examples = load_all(EXAMPLES)
    words, many = examples["words"].questions[0], examples["choose_many"].questions[0]
    assert isinstance(words, Words)
    assert words.rows == 6
    assert isinstance(many, ChooseMany)
    assert [option.alone for option in many.options] == [False, False, True]


@pytest.mark.parametrize(
    ("old", "new", "line", "question", "key", "part"),
    [
        ("kind: words", "kind: dance", 17, "said", "kind", "dance"),
        ("        kind: words\n", "", 16, "said", "kind", "missing"),
        ("text: Ready?", "text: Ready?\n        size: 3", 13, "ready", "size", "no key"),
        ("text: Ready?", "text:", 12, "ready", "text", "at least 1"),
        ("id: said", "id: ready", 16, "ready", "id", "twice"),
        ("id: said", "id: Said!", 16, "Said!", "id", "pattern"),
        ("{id: no,", "{id: yes,", 13, "ready", "options", "twice"),
        ("text: What", "heading: moon\n        text: What", 18, "said", "heading", "background"),
        ("text: What", "wish: about\n        text: What", 18, "said", "wish", "invite_choices"),
        ("text: What do", "text: What {dog} do", 18, "said", "text", "dog"),
        ("text: What do", "text: What { do", 18, "said", "text", "brace"),
        ("text: What", "sms: Caffè ŵ\n        text: What", 18, "said", "sms", "ŵ"),
        ("text: What", f"sms: {'x' * 161}\n        text: What", 18, "said", "sms", "longer"),
        (
            "text: What",
            "only_if: {question: redy, holds: [yes]}\n        text: What",
            18,
            "said",
            "only_if",
            "redy",
        ),
        (
            "text: What",
            "only_if: {question: ready, holds: [so]}\n        text: What",
            18,
            "said",
            "only_if",
            "so",
        ),
        (
            "text: What",
            "only_for: [secure]\n        not_for: [secure]\n        text: What",
            19,
            "said",
            "not_for",
            "never",
        ),
        ("text: What", "only_for: [tall]\n        text: What", 18, "said", "only_for.0", "age_4_7"),
        ("text: What", "text: Who\n        text: What", 19, "said", "text", "twice"),
        ("text: What", "rows: 99\n        text: What", 18, "said", "rows", "12"),
        ("who: child", "who: dog", 3, "", "who", "child"),
        ("id: tiny", "id: large", 1, "", "id", "large.yaml"),
        ("title: Tiny\n", "", 1, "", "title", "missing"),
    ],
)
def test_a_mistake_names_line_question_and_key(
    tmp_path: Path, old: str, new: str, line: int, question: str, key: str, part: str
) -> None:
    found = mistakes(tmp_path, changed(old, new))
    assert len(found) == 1, found
    (mistake,) = found
    assert (mistake.file, mistake.line, mistake.question, mistake.key) == ("tiny.yaml", line, question, key)
    assert part in mistake.message


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = changed("text: Ready?", "txt: Ready?").replace(
        "kind: words", "only_if: {question: nobody, holds: [yes]}\n        kind: words"
    )
    found = mistakes(tmp_path, text.replace("who: child", "who: dog"))
    assert {(m.question, m.key) for m in found} == {
        ("", "who"),
        ("ready", "txt"),
        ("ready", "text"),
        ("said", "only_if"),
    }


def test_a_condition_on_a_question_that_cannot_be_read_is_not_a_second_mistake(tmp_path: Path) -> None:
    text = changed("text: Ready?", "txt: Ready?").replace(
        "kind: words", "only_if: {question: ready, holds: [yes]}\n        kind: words"
    )
    assert {m.question for m in mistakes(tmp_path, text)} == {"ready"}


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, "id: tiny\n\ttitle: x")
    assert mistake.line == 2
    assert "YAML" in mistake.message


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "sections: 3", "sections: [3]", "sections: [{questions: [3, {id: x}]}]"]
)
def test_another_shape_altogether_is_a_mistake_and_no_crash(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)


def test_bytes_that_are_no_text_are_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "tiny.yaml"
    file.write_bytes(b"id: \xff\xfe")
    assert "YAML" in check([file])[0].message


def test_an_alias_is_refused_so_that_no_file_can_swell(tmp_path: Path) -> None:
    text = changed("options:", "options: &a").replace("kind: words", "kind: choose_one\n        options: *a")
    (mistake,) = [m for m in mistakes(tmp_path, text) if "alias" in m.message]
    assert (mistake.line, mistake.question, mistake.key) == (18, "said", "options")
    assert any("alias" in m.message for m in mistakes(tmp_path, "sections: &a [*a]"))


def test_nothing_in_a_file_can_make_python_objects(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "id: !!python/object/apply:os.system ['true']\n")


@given(st.text(max_size=200))
def test_any_file_at_all_gives_mistakes_or_a_booklet(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tiny.yaml"
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        assert check([file])


def test_loading_a_wrong_file_raises_with_every_mistake(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(changed("kind: words", "kind: dance"))
    (tmp_path / "other.yaml").write_text(changed("who: child", "who: dog"))
    with pytest.raises(BookletError) as error:
        load_all(tmp_path)
    assert {mistake.file for mistake in error.value.mistakes} == {"tiny.yaml", "other.yaml"}
    assert "tiny.yaml:17: question 'said': kind:" in str(error.value)


def test_a_picture_that_is_not_there_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "sun.svg").touch()
    monkeypatch.setattr("webapp.booklet.loader.PICTURES", pictures)
    assert mistakes(tmp_path, changed("kind: words", "kind: words\n        picture: sun")) == []
    (mistake,) = mistakes(tmp_path, changed("kind: words", "kind: words\n        picture: moon"))
    assert (mistake.line, mistake.key) == (18, "picture")


@pytest.mark.parametrize("booklet", OURS.values(), ids=OURS.keys())
def test_a_kept_definition_comes_back_the_same(booklet: Booklet) -> None:
    assert restore(dump(booklet)) == booklet
    assert fingerprint(restore(dump(booklet))) == fingerprint(booklet)


def test_the_fingerprint_knows_every_word_but_not_the_layout(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(GOOD)
    first = fingerprint(load(tmp_path / "tiny.yaml"))
    (tmp_path / "tiny.yaml").write_text(
        "# a remark\n" + GOOD.replace("who: child\nrecord: views", "record: views\nwho: child")
    )
    assert fingerprint(load(tmp_path / "tiny.yaml")) == first
    (tmp_path / "tiny.yaml").write_text(changed("kind: words", "kind: words\n        short: Says"))
    assert fingerprint(load(tmp_path / "tiny.yaml")) == first, (
        "what staff call a question asks nobody anything"
    )
    (tmp_path / "tiny.yaml").write_text(changed("Ready?", "Ready"))
    assert fingerprint(load(tmp_path / "tiny.yaml")) != first


def test_the_fingerprint_is_the_same_on_every_machine(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(GOOD)
    assert (
        fingerprint(load(tmp_path / "tiny.yaml"))
        == "de47c9b272faa89875822412ecc29772af3f13a03829d345f86a235b69116012"
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "part"),
    [
        ("title: One", "title: One\n    extra: true", 9, "sections.0.extra", "of everyone"),
        ("title: Fun", "title: Fun for {child}", 17, "sections.1.title", "blank"),
        ("kind: faces", "kind: information\n        may_add: [photo]", 12, "may_add", "asks nothing"),
    ],
)
def test_an_extra_section_that_would_break_the_way_is_named(
    tmp_path: Path, old: str, new: str, line: int, key: str, part: str
) -> None:
    file = tmp_path / "extra.yaml"
    file.write_text((EXAMPLES / "extra.yaml").read_text().replace(old, new, 1))
    with pytest.raises(BookletError) as caught:
        load(file)
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.key) == (line, key)
    assert part in mistake.message


def test_extra_sections_stand_last(tmp_path: Path) -> None:
    file = tmp_path / "extra.yaml"
    text = (EXAMPLES / "extra.yaml").read_text()
    file.write_text(
        text.replace("    extra: true\n", "", 1).replace("title: One", "title: One\n    extra: true")
    )
    with pytest.raises(BookletError, match="before a section"):
        load(file)
