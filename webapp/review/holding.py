"""Words that may be about the reviewing officer, kept from that officer's pages until somebody has looked.

What was chosen stays: nobody whom a child refused is let in by it. The rest is as if it had never been typed: a gap
that is marked would tell the officer of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from webapp.booklet.views import NARROW_TO_WIDE

TYPED = dict.fromkeys(("words", "which_part", "reason"), "")
SAYS = ("choices", "rows", "good", "bad", "person", "topic", "come")
"""What an answer or a wish may still say when its words are gone."""


def copy_without(record: Mapping[str, Any], held: Collection[str]) -> Mapping[str, Any]:
    """A record for others, without the words to these questions; the very same one where nothing is held.

    No heading is left empty in it, and its audience is that of what is there: either would tell of a gap.
    """
    if not held:
        return record
    found: dict[str, Any] = without_words(record, held)
    headings = [heading for heading in found["headings"] if heading["items"]]
    items = [item for heading in headings for item in heading["items"]]
    items += [aside["item"] for aside in found["set_aside"]]
    audiences = {
        "iro" if any(row["reason"] for row in item["answer"]["rows"]) else item["audience"] for item in items
    }
    narrowest = next((one for one in NARROW_TO_WIDE if one in audiences), "review")
    return {**found, "headings": headings, "audience": narrowest}


def without_words(part: Any, held: Collection[str]) -> Any:
    """The JSON of a record without what was typed, drawn or spoken as an answer to these questions.

    None stands for a part of which nothing is left.
    """
    if isinstance(part, list):
        return [one for each in part if (one := without_words(each, held)) is not None]
    if not isinstance(part, dict):
        return part
    if part.get("question") in held:
        return _bare(part)
    found = {name: without_words(one, held) for name, one in part.items()}
    gone = any(found[name] is None and isinstance(one, dict) for name, one in part.items())
    return None if gone else found


def _bare(part: dict[str, Any]) -> dict[str, Any] | None:
    if "sha256" in part or part.get("added_by_child"):  # a drawing or a voice note; a name that was typed
        return None
    if "answer" in part:
        rows = [{**row, **TYPED} for row in part["answer"]["rows"] if row["choices"] and not row["added"]]
        bare = {**part["answer"], **TYPED, "rows": rows}
        answer = {name: bare[name] for name in part["answer"]}
        return {**part, "answer": answer} if any(answer.get(name) for name in SAYS) else None
    bare = {**part, **{name: "" for name in TYPED if name in part}}
    return bare if "state" not in bare or any(bare.get(name) for name in SAYS) else None
