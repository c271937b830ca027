"""A question and a reply as one line of JSON, and the reading as another: for measuring and for other programs."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any, get_args

from webapp.chat.reading import Asked, Choice, Kind, LastPrompt, Reading
from webapp.chat.replies import read

_NUMBERED = re.compile(r"\s*\(?(\d{1,2})\s*[.):=-]?\s+(?=\S)")
_KINDS = frozenset(get_args(Kind))


def answered(line: str) -> dict[str, Any]:
    """The reading of one line; of a line that can't be read "clarify", with what is wrong."""
    try:
        given = json.loads(line)
        if not isinstance(given, dict):
            raise ValueError("a line is one JSON object")
        asked = _asked(given)
        now = _moment(given.get("now")) or dt.datetime.now(dt.UTC)
        found = read(asked, str(given.get("text") or ""), str(given.get("language") or "en"), now,
                     _last(given.get("last_prompt"), now))  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        return {"action": "clarify", "error": str(error)}
    return as_json(found, asked.kind)


def _asked(given: dict[str, Any]) -> Asked:
    kind: Any = given.get("question_kind")
    if kind not in _KINDS:
        raise ValueError(f"question_kind {kind!r} is none of {', '.join(sorted(_KINDS))}")
    options = given.get("options") or []
    if not isinstance(options, list):
        raise ValueError("options is a list")
    texts = [_text(option) for option in options]
    if texts and all(
        (found := _NUMBERED.match(text)) and int(found[1]) == at for at, text in enumerate(texts, 1)
    ):
        texts = [_NUMBERED.sub("", text, count=1) for text in texts]
    return Asked(kind, str(given.get("question") or ""), tuple(
        Choice(text, _also(option), bool(isinstance(option, dict) and option.get("alone")), _day(option))
        for text, option in zip(texts, options, strict=True)
    ))  # fmt: skip


def _text(option: Any) -> str:
    if isinstance(option, dict):
        return str(next((option[key] for key in ("text", "label", "title", "name") if option.get(key)), ""))
    return str(option)


def _also(option: Any) -> tuple[str, ...]:
    also = option.get("also") if isinstance(option, dict) else None
    return tuple(str(one) for one in also) if isinstance(also, list) else ()


def _day(option: Any) -> dt.date | None:
    found = _moment(option.get("date")) if isinstance(option, dict) else None
    return found.date() if found else None


def _moment(given: Any) -> dt.datetime | None:
    if not isinstance(given, str):
        return None
    try:
        return dt.datetime.fromisoformat(given.replace("Z", "+00:00"))
    except ValueError:
        return None


def _last(given: Any, now: dt.datetime) -> LastPrompt | None:
    """When the last question was sent: a moment, or an object with sent_at and superseded; words alone say nothing."""
    if isinstance(given, dict):
        sent = next(
            (found for key in ("sent_at", "sent", "at", "when") if (found := _moment(given.get(key)))), None
        )
        return LastPrompt(sent or now, bool(given.get("superseded")))
    sent = _moment(given)
    return LastPrompt(sent) if sent else None


def as_json(found: Reading, kind: Kind) -> dict[str, Any]:
    """Only what the reading says, with the names that the issue of the measure uses."""
    told: dict[str, Any] = {"action": found.action}
    if found.value:
        told["value"] = found.value
    if found.action == "answer" and kind in ("pick_one", "date_choice") and found.choices:
        told["choice"] = found.choices[0]
    if found.action == "answer" and kind == "pick_many":
        told["choices"] = list(found.choices)
    if found.score is not None:
        told["score"] = found.score
    if found.text:
        told["text"] = found.text
    if found.date:
        told["date"] = found.date.isoformat()
    if found.time:
        told["time"] = found.time.strftime("%H:%M")
    for name in ("about", "language"):
        if getattr(found, name):
            told[name] = getattr(found, name)
    told["exclude"] = list(found.exclude)
    return told
