"""Least data: what of an event may go to those who can read one case system.

An answer that fewer people may see than can read it there is taken out whole, with its wishes and pictures; how many
were taken out is all that is told (`held_back`). A private reason is the IRO's alone, whatever the audience of its
answer. Once an adopter is in a child's case, a case system that birth parents' workers can read gets what birth
parents said themselves, and nothing else of that case: not even free words can then name who adopted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.casesystem.port import Route

NARROWEST_FIRST = ("iro", "iro_and_social_worker", "review")
RECORDS = frozenset(["views", "invite_choices"])
ARRANGED = frozenset(["advocate", "sooner"])
"""Requests that others than the officer help to arrange; that somebody asked for a talk is the officer's alone."""


def withheld(record: Mapping[str, Any], route: Route, adopters: bool) -> bool:
    """Whether this event may not go at all. `adopters`: an adopter is in the child's case."""
    if record["kind"] == "request" and record["asked_for"] not in ARRANGED and route.audience != "iro":
        return True
    if route.adopters or not adopters:
        return False
    if record["kind"] in ("decisions", "invitations", "letter"):  # they may name who adopted
        return True
    if record["kind"] in RECORDS | {"withdrawal", "request"}:
        return bool(record["respondent"]["who"] != "parent")
    return False


def cut(record: Mapping[str, Any], route: Route) -> Mapping[str, Any]:
    """The record without what the readers there may not see; the very same one where they may see everything."""
    if record.get("kind") in ("decisions", "letter"):
        return _cut_decisions(record, route)
    if record.get("kind") not in RECORDS or route.audience == "iro":
        return record
    held = 0
    headings = []
    for heading in record["headings"]:
        kept = [item for item in heading["items"] if _may(item, route)]
        held += len(heading["items"]) - len(kept) + sum(_reasons(item) for item in kept)
        if kept:
            headings.append({**heading, "items": [_without_reasons(item) for item in kept]})
    held += len(record["set_aside"])  # the IRO's alone
    seen = {item["question"] for heading in headings for item in heading["items"]}
    attachments = [one for one in record["attachments"] if one["question"] in seen]
    if not held and len(attachments) == len(record["attachments"]):
        return record
    rest: dict[str, Any] = {}
    if "wishes" in record:
        rest["wishes"] = {
            name: [_bare_wish(wish) for wish in wishes if _may(wish, route)]
            for name, wishes in record["wishes"].items()
        }
    audiences = {item["audience"] for heading in headings for item in heading["items"]}
    narrowest = next((one for one in NARROWEST_FIRST if one in audiences), "review")
    return {
        **record, **rest, "headings": headings, "attachments": attachments, "set_aside": [], "audience": narrowest,
        "held_back": held,
    }  # fmt: skip


def _cut_decisions(record: Mapping[str, Any], route: Route) -> Mapping[str, Any]:
    if route.audience == "iro":
        return record
    lists = {name: record[name] for name in ("decisions", "said_in_talks") if name in record}
    kept = {name: [one for one in all_ if _may(one, route)] for name, all_ in lists.items()}
    held = sum(len(all_) - len(kept[name]) for name, all_ in lists.items())
    return {**record, **kept, "held_back": held} if held else record


def _may(part: Mapping[str, Any], route: Route) -> bool:
    """An audience that nobody knows is read as the narrowest."""
    audience = part.get("audience")
    found = NARROWEST_FIRST.index(audience) if audience in NARROWEST_FIRST else 0
    return found >= NARROWEST_FIRST.index(route.audience)


def _reasons(item: Mapping[str, Any]) -> int:
    return sum(bool(row["reason"]) for row in item["answer"]["rows"])


def _without_reasons(item: Mapping[str, Any]) -> Mapping[str, Any]:
    if not _reasons(item):
        return item
    rows = [{**row, "reason": ""} for row in item["answer"]["rows"]]
    return {**item, "answer": {**item["answer"], "rows": rows}}


def _bare_wish(wish: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**wish, "reason": ""} if wish.get("reason") else wish
