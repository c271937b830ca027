"""`flask translate`: out to whoever translates, back in, and what is refused on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from flask.testing import FlaskCliRunner

from webapp import catalogues


@pytest.fixture(autouse=True)
def _these_texts(translations_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few texts instead of all of them."""
    monkeypatch.setattr(catalogues, "extracted", some_texts)


def some_texts(question: str = "How are you?") -> Catalog:
    found = Catalog()
    found.add(question, None, [("templates/respond/home.html", 1)])
    found.add("Dear %(name)s,", None, [("templates/letters/_parent.html", 2)])
    found.add("Sign in", None, [("templates/staff/sign_in.html", 3)])
    found.add(
        ("%(num)s page", "%(num)s pages"), None, [("templates/respond/home.html", 4)], auto_comments=["home"]
    )
    return found


def exported(cli: FlaskCliRunner, *args: str) -> list[dict[str, Any]]:
    result = cli.invoke(args=["translate", "export", *args])
    assert result.exit_code == 0, result.output
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    return rows


def take_in(cli: FlaskCliRunner, tmp_path: Path, language: str, rows: list[dict[str, Any]]) -> Any:
    file = tmp_path / "back.json"
    file.write_text(json.dumps(rows), "utf-8")
    return cli.invoke(args=["translate", "import", language, str(file)])


def fill(rows: list[dict[str, Any]], sign: str = "✦") -> list[dict[str, Any]]:
    """Every translation filled in: the English with a sign."""
    for row in rows:
        words = sign + row["english"]
        row["translation"] = [words] * len(row["forms"]) if "forms" in row else words
    return rows


def test_what_goes_out_and_comes_back_is_translated_and_nothing_is_left(
    cli: FlaskCliRunner, tmp_path: Path
) -> None:
    rows = exported(cli, "cy")
    assert [row["english"] for row in rows] == ["Dear %(name)s,", "How are you?", "%(num)s pages"]
    assert rows[2]["forms"] == ["zero", "one", "two", "few", "many", "other"]
    assert take_in(cli, tmp_path, "cy", fill(rows)).stdout == "3 taken in.\n"
    assert exported(cli, "cy") == []
    assert cli.invoke(args=["translate", "check", "cy"]).exit_code == 0
    assert "Plural-Forms: nplurals=6" in catalogues.path("cy").read_text("utf-8")


@pytest.mark.usefixtures("urdu_for_children")
def test_a_language_that_covers_children_holds_no_adults_form_and_none_holds_a_staff_page(
    cli: FlaskCliRunner,
) -> None:
    assert {row["english"] for row in exported(cli, "ur")} == {"How are you?", "%(num)s pages"}
    assert "Sign in" not in {row["english"] for row in exported(cli, "cy")}


def test_a_translation_that_loses_a_blank_is_named_and_left_out(cli: FlaskCliRunner, tmp_path: Path) -> None:
    rows = fill(exported(cli, "cy"))
    rows[0]["translation"] = "Annwyl gyfaill,"
    result = take_in(cli, tmp_path, "cy", rows)
    assert (result.exit_code, result.stdout) == (1, "2 taken in.\n")
    assert "the blanks differ: %(name)s" in result.stderr
    assert [row["english"] for row in exported(cli, "cy")] == ["Dear %(name)s,"]


def test_a_translation_of_english_that_has_changed_is_named(cli: FlaskCliRunner, tmp_path: Path) -> None:
    result = take_in(cli, tmp_path, "ur", [{"id": "0" * 10, "translation": "x"}])
    assert (result.exit_code, result.stdout) == (1, "0 taken in.\n")
    assert "the English has changed" in result.stderr


def test_where_the_english_changes_a_little_the_old_words_stay_and_wait_for_a_look(
    cli: FlaskCliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(cli, tmp_path, "ur", fill(exported(cli, "ur")))
    monkeypatch.setattr(catalogues, "extracted", lambda: some_texts("How are you today?"))
    (row,) = exported(cli, "ur")
    assert (row["english"], row["now"], row["fuzzy"]) == ("How are you today?", "✦How are you?", True)
    result = cli.invoke(args=["translate", "check", "ur"])
    assert result.exit_code == 1
    assert "fuzzy" in result.stdout
    assert "✦How are you?" in cli.invoke(args=["translate", "export", "ur", "--all"]).stdout


@pytest.mark.usefixtures("urdu_for_children")
def test_status_tells_each_part_of_the_service_apart(cli: FlaskCliRunner, tmp_path: Path) -> None:
    take_in(cli, tmp_path, "ur", fill(exported(cli, "ur"))[:1])
    result = cli.invoke(args=["translate", "status"])
    assert result.exit_code == 0, result.output + repr(result.exception)
    told = result.stdout.split("ur  ")[1]
    assert told.startswith("covers children, switched on, not signed off")
    assert "child's pages         1 translated, 1 missing, 0 fuzzy" in told
    assert "parents and carers    stays English" in told


@pytest.mark.parametrize(
    ("english", "said", "fault"),
    [
        ("Hi {child}", ("Hallo {kind}",), "the blanks differ"),
        ("%(n)s left", ("%(n)d left",), "the blanks differ"),
        ("Ring <b>now</b>", ("Ring now",), "the marks"),
        ("Ring now", ("Ring &lt;now",), "the marks"),
        ("%(n)s left", ("%(n)s left, 100%",), "a lone %"),
        ("Yes", (" Yes",), "spaces"),
        ("Yes", ("",), "wants 1"),
        (("one", "many"), ("eins", "viele", "x"), "wants 2"),
    ],
)
def test_what_is_wrong_with_a_translation_is_said(
    english: str | tuple[str, str], said: tuple[str, ...], fault: str
) -> None:
    (found,) = catalogues.faults("ur", Message(english), said)
    assert fault in found


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Hi {child}, %(n)s &amp; <b>x</b>", ("<b>x</b> &amp; %(n)s, {child}",)),
        (("%(num)s day", "%(num)s days"), ("a day", "%(num)s days")),
    ],
)
def test_order_may_change_and_a_form_may_say_the_number_in_words(
    english: str | tuple[str, str], said: tuple[str, ...]
) -> None:
    assert list(catalogues.faults("ur", Message(english), said)) == []


def test_a_text_message_has_160_characters() -> None:
    sms = Message("Hi", auto_comments=["my_review, text message: at most 160 characters"])
    assert "161 characters" in next(catalogues.faults("ur", sms, ("x" * 161,)))
    assert list(catalogues.faults("ur", sms, ("x" * 160,))) == []
    assert list(catalogues.faults("ur", Message("Hi"), ("x" * 161,))) == []
