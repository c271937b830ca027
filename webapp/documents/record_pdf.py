"""A record as a tagged PDF (PDF/UA-1) for staff, in English, with the person's own words as they typed them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from config import ROOT
from webapp.clock import london
from webapp.documents.booklet_pdf import typeset
from webapp.documents.glyphs import printable

TEMPLATE = ROOT / "templates" / "print" / "record.typ"
SEEN_BY = {
    "iro": "Only the IRO may see this", "iro_and_social_worker": "Only the IRO and the social worker may see this",
    "review": "Everyone at the review may see this",
}  # fmt: skip
WHO = {
    "child": "The child", "parent": "A parent", "carer": "A carer", "adopter": "An adopter",
    "observer": "Somebody who observed the child: what stands here was seen, not said",
}  # fmt: skip
COME = {"yes": "wanted there", "no": "not wanted there", "not_sure": "not sure", None: "left open"}

Part = Mapping[str, Any]


def record_pdf(record: Part) -> bytes:
    """The PDF of a views/1 or invite-choices/1, as JSON data. Raises NotMadeError."""
    return typeset(TEMPLATE, paper(record))


def paper(record: Part) -> dict[str, Any]:
    """What the template is given: plain words, each of which our fonts can draw."""
    sent = london(dt.datetime.fromisoformat(record["sent_at"]))
    facts = [
        ("Review", record["review_id"]), ("Child", record["child_id"]),
        ("Whose words", f"{WHO.get(record['respondent']['who'], '')} ({record['respondent']['role']})"),
        ("Booklet", record["booklet"]["title"]), ("Sent", f"{sent:%-d %B %Y, %H:%M}"),
        ("Revision", str(record["revision"])), ("Language", record["language"]),
    ]  # fmt: skip
    if record["helped_by"]:
        facts.append(("Helped by", record["helped_by"]))
    parts = (
        [{"title": "Wishes, not decisions", "items": list(_wishes(record["wishes"]))}]
        if "wishes" in record
        else []
    )
    for heading in record["headings"]:
        title = heading["heading"].replace("_", " ").capitalize()
        parts.append({"title": title, "items": [_item(item) for item in heading["items"]]})
    if record["set_aside"]:
        items = [_item(aside["item"]) for aside in record["set_aside"]]
        parts.append({"title": "Answers that no longer count", "items": items})
    return {
        "title": "What was sent for a review", "facts": [[one, printable(two)] for one, two in facts],
        "held": _held(record.get("held_back", 0)), "parts": [part for part in parts if part["items"]],
        "open": [printable(one["asked_staff"]) for one in record["not_answered"]],
        "audience": SEEN_BY.get(record["audience"], SEEN_BY["iro"]),
    }  # fmt: skip


def _held(count: int) -> str:
    if not count:
        return ""
    what = "One answer is" if count == 1 else f"{count} answers are"
    return (
        f"{what} not in this copy: fewer people may see them than can read it. The IRO's own page has them."
    )


def _item(item: Part) -> dict[str, Any]:
    said = item["answer"]
    lines = [", ".join(_labels(said["choices"]))] if said["choices"] else []
    for row in said["rows"]:
        who = row["label_staff"] or row["label"]
        more = [*_labels(row["choices"]), *([f"for a part: {row['which_part']}"] if row["part_only"] else [])]
        lines.append(f"{who}: {', '.join(more)}" if more else who)
    words = [one for one in (*(row["words"] for row in said["rows"]), said["words"]) if one]
    reasons = [f"For the IRO alone: {row['reason']}" for row in said["rows"] if row["reason"]]
    return _lines(
        item["asked_staff"] or item["asked"], ["Chose not to say."] if item["skipped"] else lines, words + reasons,
        item["audience"],
    )  # fmt: skip


def _wishes(wishes: Part) -> Iterable[dict[str, Any]]:
    for one in wishes["people"]:
        more = [
            COME[one["come"]],
            *(["added by the child, not checked yet"] if one["added_by_child"] else []),
        ]
        reason = [f"For the IRO alone: {one['reason']}"] if one["reason"] else []
        yield _lines(f"{one['name']} ({one['relation'] or one['role']})", more, reason, one["audience"])
    for name, found in wishes.items():
        for one in found if name != "people" else ():
            said = _labels([*one.get("choices", ()), *one.get("good", ())])
            bad = [f"Not: {', '.join(_labels(one['bad']))}"] if one.get("bad") else []
            title = one.get("topic_label") or one["asked_staff"]
            yield _lines(title, [", ".join(said), *bad], [one["words"]], one["audience"])


def _labels(choices: Iterable[Part]) -> list[str]:
    return [one["label_staff"] or one["label"] for one in choices]


def _lines(asked: str, lines: Iterable[str], words: Iterable[str], audience: str) -> dict[str, Any]:
    return {
        "asked": printable(asked), "lines": [printable(one) for one in lines if one],
        "words": [printable(one) for one in words if one], "seen": SEEN_BY.get(audience, SEEN_BY["iro"]),
        "narrow": audience != "review",
    }  # fmt: skip
