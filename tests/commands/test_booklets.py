"""`flask booklets print`, as somebody types it."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskCliRunner

from tests.documents.tagged import Tagged


def test_a_blank_booklet_is_printed_to_the_file_that_is_named(cli: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "form.pdf"
    printed = cli.invoke(
        args=["booklets", "print", "carer", "--style", "large", "--fact", "foster", "--out", str(file)]
    )
    assert (printed.exit_code, printed.output) == (0, f"{file}\n")
    assert "How settled is the child with you?" in Tagged(file.read_bytes()).text


def test_a_booklet_or_a_fact_that_there_is_not_is_named(cli: FlaskCliRunner, tmp_path: Path) -> None:
    assert "no booklet 'wishes'" in cli.invoke(args=["booklets", "print", "wishes"]).output
    wrong = cli.invoke(
        args=["booklets", "print", "carer", "--fact", "forster", "--out", str(tmp_path / "x.pdf")]
    )
    assert wrong.exit_code == 2
    assert "forster" in wrong.output
