"""`flask talk`, as somebody types it."""

from __future__ import annotations

from flask.testing import FlaskCliRunner


def test_a_child_of_six_talks_through_the_core_and_is_offered_more(cli: FlaskCliRunner) -> None:
    skips = "\n" + "skip\n" * 11
    told = cli.invoke(args=["talk", "my_life", "--fact", "age_4_7"], input=f"{skips}1\nsave\n")
    assert told.exit_code == 0, told.output
    assert "What do you like to do?" in told.output
    assert "More, if you want." in told.output
    assert "[1/2] How do you feel most days?" in told.output
