"""`flask casesystem try`: a record before and after a mapping, sent nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from config import ROOT
from tests.casesystem.records import a_views_record, an_item
from tests.services.outgoing import add_review, send
from webapp.house import house
from webapp.store import Audit

FORM = str(ROOT / "docs/mapping/form.yaml")


def test_without_a_review_the_published_examples_are_shown_before_and_after(cli: FlaskCliRunner) -> None:
    shown = cli.invoke(args=["casesystem", "try", "--mapping", FORM])
    assert shown.exit_code == 0, shown.output
    assert '"schema": "views/1"' in shown.output
    assert '"formCode": "LAC-CONSULT"' in shown.output
    assert '"formCode": "LAC-MENU"' in shown.output
    assert "the mapping says nothing of this schema" in shown.output


@pytest.mark.parametrize("name", ["form", "note", "row", "primero"])
def test_every_worked_example_makes_something_of_the_published_examples(
    cli: FlaskCliRunner, name: str
) -> None:
    shown = cli.invoke(args=["casesystem", "try", "--mapping", str(ROOT / f"docs/mapping/{name}.yaml")])
    assert shown.exit_code == 0, shown.output
    assert "not sent" not in shown.output
    assert shown.output.count("-- application/json") + shown.output.count("-- text/csv") >= 2


def test_a_mistake_is_told_with_its_line(cli: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text("title: T\nrecords:\n  views/1:\n    fields:\n      a: respondant.role\n")
    shown = cli.invoke(args=["casesystem", "try", "--mapping", str(file)])
    assert shown.exit_code == 1
    assert "m.yaml:5: records.views/1.fields.a" in shown.output


def test_a_review_or_case_system_that_is_not_there_is_said(cli: FlaskCliRunner) -> None:
    args = ["casesystem", "try", "--mapping", FORM, "--review"]
    assert "no review R-none" in cli.invoke(args=[*args, "R-none"]).output
    assert "no case system x" in cli.invoke(args=[*args, "R-none", "--case-system", "x"]).output


def test_a_reviews_records_are_shown_cut_down_and_that_they_were_is_written_down(
    app: Flask, cli: FlaskCliRunner
) -> None:
    with app.app_context():
        home = house()
        with home.db.writing() as session:
            review = add_review(session, 1, home.vault)
            private = an_item("CANARYIRO", "iro", question="agree_plan")
            record = a_views_record(an_item("It is fine."), private, number=1)
            send(session, 1, 1, record=record, adapters=("files", "other"), vault=home.vault)
        shown = cli.invoke(args=["casesystem", "try", "--mapping", FORM, "--review", "R1"])
        with home.db.reading() as session:
            (line,) = session.scalars(select(Audit).where(Audit.action == "mapping_tried"))
            assert line.subject == f"review:{review}"
    assert shown.exit_code == 0, shown.output
    assert shown.output.count('"formCode": "LAC-CONSULT"') == 1
    assert "It is fine." in shown.output
    assert '"held_back": 1' in shown.output
    assert "CANARYIRO" not in shown.output
