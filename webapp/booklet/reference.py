"""Where each field of the published schemas comes from, and docs/schemas.md, which says it all field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

CASE = "the case system"
SAID = "whoever answered"
BOOKLET = "the booklet's definition"
HERE = "this service"
OFFICER = "the reviewing officer"
PARTS = "its parts"
"""A field that only holds others."""

FIELDS: dict[str, str] = {
    **dict.fromkeys(["review_id", "child_id", "role", "must_come", "decided_by", "recorded_by", "signed_by",
                     "attended"], CASE),
    **dict.fromkeys(
        ["instead", "reason_for_child", "passed_to", "at", "place", "place_for_others", "held_on", "child_attended",
         "participation_code", "adjourned", "opening", "what", "by"], OFFICER,
    ),
    "arranged": "whoever was asked to arrange it",
    **dict.fromkeys(
        ["choices", "words", "part_only", "which_part", "reason", "added", "come", "added_by_child", "good", "bad",
         "skipped", "helped_by"], SAID,
    ),
    **dict.fromkeys(
        ["question", "title", "definition", "label", "label_staff", "asked", "asked_staff", "heading",
         "private", "state", "reason_audience", "topic", "topic_label", "who"], BOOKLET,
    ),
    **dict.fromkeys(
        ["schema", "kind", "id", "revision", "supersedes", "channels", "channel", "language", "wording", "completed",
         "sent_at", "answered_at", "typed_by", "held_back", "media_type", "sha256", "bytes", "why", "record", "made_at",
         "suggested", "records", "status", "withdraws", "withdrawn_at", "raised_at", "page", "as_of", "wish",
         "decided_at", "told_at", "record_due_on", "asked_at", "attendance", "replaces", "recorded_at",
         "version", "request", "talk", "asked_for", "closed_at", "arranged_at"], HERE,
    ),
    **dict.fromkeys(
        ["attachments", "respondent", "booklet", "headings", "not_answered", "set_aside", "wishes", "items", "answer",
         "rows", "item", "document", "attend", "people", "people_words", "where", "not_where", "when", "how", "about",
         "not_in_front", "chair", "help", "outcome", "card", "decisions", "settled", "invitations", "next",
         "said_in_talks"], PARTS,
    ),
}  # fmt: skip
ELSEWHERE: dict[str, str] = {
    "Respondent.id": CASE,
    "BookletPin.id": BOOKLET,
    "Choice.id": BOOKLET,
    "Row.id": f"{CASE}, or {BOOKLET}",
    "Row.label": f"{CASE}, {BOOKLET}, or {SAID} where they added a person",
    "Row.label_staff": f"{CASE}, {BOOKLET}, or {SAID} where they added a person",
    "Row.relation": f"{CASE}, or {SAID} where they added a person",
    "PersonWish.person": CASE,
    "PersonWish.name": f"{CASE}, or {SAID} where they added a person",
    "PersonWish.relation": f"{CASE}, or {SAID} where they added a person",
    "Item.kind": BOOKLET,
    "Attachment.kind": SAID,
    "Wishes.words": PARTS,
    "Invitation.person": CASE,
    "Invitation.name": f"{CASE}, or {SAID} where they added a person",
    "WishDecision.outcome": OFFICER,
    "LetterDecision.outcome": OFFICER,
    "TalkDecision.outcome": OFFICER,
    "TalkDecision.held_on": "whoever wrote the talk down",
    "TalkDecision.asked_staff": HERE,
    "TalkDecision.person": CASE,
    "TalkDecision.chosen": CASE,
    "TalkDecision.audience": HERE,
    "LetterToChild.good": OFFICER,
    "LetterToChild.words": OFFICER,
    "LetterNext.who": OFFICER,
    "WishDecision.chosen": f"{BOOKLET}, {CASE}, or {SAID} where they added a person",
    **{
        f"{part}.audience": f"{SAID}; {BOOKLET} says what it is before they choose"
        for part in ("Item", "Wish", "TopicWish", "TimesWish", "PersonWish", "WishDecision", "LetterDecision")
    },
    "ViewsRecord.audience": f"{HERE}: the narrowest of its answers",
    "InviteChoicesRecord.audience": f"{HERE}: the narrowest of its answers",
}
"""Fields whose source isn't that of their namesakes, by part and name."""
HEAD = """\
# The published schemas, field by field

Made from the schemas themselves; don't edit it here (`python -m webapp.booklet.wishes static/schemas docs/schemas.md`).
`/schemas/` lists them, `/schemas/views-1.json` is one, `/schemas/examples/views-1.json` an example of it, all without
signing in. What comes in has its own page: [reviews-in.md](reviews-in.md).

**Versions.** A schema's name ends in its version: `views/1`. Within a version nothing is taken away, renamed or given
another meaning; a field may be added, which records made before it don't have (a receiver passes over fields that it
doesn't know, and does without those marked *since*). Anything else is a new version with a name of its own, and the old
one stays published. What has changed is in [schemas-changelog.md](schemas-changelog.md).

**Receiving.** The schemas name every field that there is (`additionalProperties: false`), for us to be held to: whoever
receives must not refuse by that, or a field that is added stops their records. A version that you don't know is for a
person. **Moments** are RFC 3339, and end in `Z` or in an offset such as `+00:00`. **Taken back** means that nobody
works any more with the records that are named, with their files and their paper copies ([openapi.yaml](openapi.yaml)).
"""


def source(part: str, name: str) -> str:
    """Where a field of this part of a record comes from. Raises KeyError for a field that nobody has told."""
    return ELSEWHERE.get(f"{part}.{name}") or FIELDS[name]


def mark(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with `x-comes-from` on each field."""
    for part, fields in parts(schema):
        for name, field in fields.items():
            field["x-comes-from"] = source(part, name)
    return schema


def parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields of the record itself, then those of each part of it, by the part's name."""
    for part in (schema, *schema.get("$defs", {}).values()):
        if fields := part.get("properties"):
            yield part["title"], fields


def reference(schemas: Mapping[str, Mapping[str, Any]], later: Mapping[str, str]) -> str:
    """docs/schemas.md: each field's meaning, type, source and readers. `later` says since when a field is there."""
    told: dict[str, tuple[str, dict[str, Any]]] = {}
    lines = [HEAD]
    for name, schema in schemas.items():
        lines.append(f"\n## `{name.rpartition('-')[0]}/{name.rpartition('-')[2]}`\n\n{_one_line(schema)}\n")
        for part, fields in parts(schema):
            if part in told:
                continue
            told[part] = (name, fields)
            if part != schema["title"]:
                lines.append(f"\n### {part}\n\n{_one_line(schema['$defs'][part])}\n")
            lines.append("| field | type | what it means | comes from | seen by |\n|---|---|---|---|---|")
            lines += [_row(field_name, field, later) for field_name, field in fields.items()]
    return "\n".join(lines) + "\n"


def _one_line(part: Mapping[str, Any]) -> str:
    return " ".join(str(part.get("description", "")).split())


def _row(name: str, field: Mapping[str, Any], later: Mapping[str, str]) -> str:
    meaning, _, seen = str(field["description"]).rpartition(" Seen by ")
    since = f" *Since {later[name]}.*" if name in later else ""
    return (
        f"| {name} | {_type(field)} | {meaning}{since} | {field['x-comes-from']} | {seen.removesuffix('.')} |"
    )


def _type(field: Mapping[str, Any]) -> str:
    """The type in a few words: `text`, `list of Item`, `iro or review`."""
    if "const" in field:
        return f"always `{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(_type(one) for one in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    names = {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}
    formats = {"date-time": "moment (RFC 3339)", "uuid": "UUID"}
    return formats.get(str(field.get("format")), names.get(str(field.get("type")), str(field.get("type"))))
