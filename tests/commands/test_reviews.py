"""`flask reviews load` and `flask send-due`, as somebody types them."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskCliRunner

from tests.review.incoming_rows import row, write_lines


def test_the_commands_load_and_send_and_a_second_time_change_nothing(
    cli: FlaskCliRunner, tmp_path: Path
) -> None:
    file = write_lines(tmp_path / "rows.jsonl", row())
    first = cli.invoke(args=["reviews", "load", str(file)])
    assert (first.exit_code, first.output) == (0, "1 new, 0 changed, 0 as they were, 0 refused.\n")
    assert "0 new, 0 changed, 1 as they were" in cli.invoke(args=["reviews", "load", str(file)]).output
    sent = cli.invoke(args=["send-due"])
    assert sent.exit_code == 0, sent.output
    assert "3 people newly due" in sent.output
    assert "1 sent by letter" in sent.output
    assert "sent by" not in cli.invoke(args=["send-due"]).output


def test_a_refused_row_is_named_and_ends_the_command_with_one(cli: FlaskCliRunner, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "rows.jsonl", row(), row(review__id="R-2", review__status="dreamt"))
    result = cli.invoke(args=["reviews", "load", str(file)])
    assert result.exit_code == 1
    assert "rows.jsonl:2: review.status" in result.stderr
    assert "1 new, 0 changed, 0 as they were, 1 refused." in result.stdout
