"""flask chat read: a line of JSON in, a line out, whatever stands in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from webapp.chat.wire import answered
from webapp.commands.chat import chat

ASKED: dict[str, Any] = {
    "question_kind": "pick_many", "question": "Who?", "options": ["Mum", "Dad", "Nan"], "text": "nan not dad",
    "language": "en", "now": "2026-11-23T16:00:00+00:00",
}  # fmt: skip


def _told(**changed: Any) -> dict[str, Any]:
    return answered(json.dumps({**ASKED, **changed}))


def test_a_line_is_answered_with_what_is_wanted_and_what_is_refused() -> None:
    assert _told() == {"action": "answer", "choices": [3], "exclude": [2]}


@pytest.mark.parametrize(
    "options",
    [
        ["1. Mum", "2. Dad", "3. Nan"],
        ["1 Mum", "2 Dad", "3 Nan"],
        [{"text": "Mum"}, {"label": "Dad"}, {"text": "Jean", "also": ["Nan"]}],
    ],
)
def test_options_may_carry_their_numbers_or_be_objects(options: list[Any]) -> None:
    assert _told(options=options)["choices"] == [3]
    assert _told(options=options, text="2")["choices"] == [2]


def test_a_choice_is_one_number_and_a_day_and_a_time_are_written_as_people_read_them() -> None:
    assert _told(question_kind="pick_one", text="2")["choice"] == 2
    assert _told(question_kind="date", options=[], text="4/12")["date"] == "2026-12-04"
    assert _told(question_kind="time", options=[], text="half 3")["time"] == "15:30"


@pytest.mark.parametrize(
    "last",
    [
        {"sent_at": "2026-11-20T09:00:00Z", "superseded": False},
        {"sent_at": "2026-11-23T15:59:00+00:00", "superseded": True},
        "2026-11-20T09:00:00",
    ],
)
def test_a_bare_number_after_an_old_or_replaced_question_is_asked_about(last: Any) -> None:
    assert _told(text="2", last_prompt=last)["action"] == "clarify"


@pytest.mark.parametrize("last", [None, "Who would you like?", {}, {"question": "Who?"}, 7, []])
def test_a_last_prompt_that_tells_no_time_changes_nothing(last: Any) -> None:
    assert _told(text="2", last_prompt=last)["choices"] == [2]


@pytest.mark.parametrize(
    "line",
    ["", "nonsense", "[]", "3", "null", '{"question_kind": "poem"}', '{"question_kind": "yes_no", "options": 4}',
     '{"question_kind": ["x"]}', '{"question_kind": "time", "now": 1e400, "text": "4"', "[" * 5_000],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_clarify_with_what_is_wrong(line: str) -> None:
    told = answered(line)
    assert told["action"] == "clarify"
    assert told["error"]


def test_the_command_answers_every_line_and_stops_at_none() -> None:
    lines = [json.dumps(ASKED), "nonsense", json.dumps({**ASKED, "text": "STOP"})]
    result = CliRunner().invoke(chat, ["read"], input="\n".join(lines))
    told = [json.loads(line) for line in result.output.splitlines()]
    assert [one["action"] for one in told] == ["answer", "clarify", "stop"]
