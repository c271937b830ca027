"""Booklets as FHIR Questionnaires, records as QuestionnaireResponses, wishes as a proposed Appointment (R4).

Only what R4 and R4B have alike. People are referred to by the case system's ids, never by name: a name stands only in
an answer, and as who helped. A question's linkId is its id in the booklet, which never changes; beside it stand
`ID.words` (words beside a choice), `ID.row` (one line of people, places or times, with `ID.row.label`, `.choice`,
`.words`, ...) and `ID.pictures`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.booklet.definition import Base, Booklet
from webapp.booklet.loader import fingerprint
from webapp.booklet.wording import fill, labels

Body = Mapping[str, Any]
Json = dict[str, Any]

URN = "urn:my-review-my-choice:"
EVENT, RECORD, REVIEW_WISHES = f"{URN}event", f"{URN}record", f"{URN}wishes"
WORRY, PAPER = f"{URN}worry", f"{URN}paper-copy"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
LABEL = "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label"
INLINE = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PROCESSINLINELABEL"}
REDACTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
LEVELS = {"iro": "V", "iro_and_social_worker": "R", "review": "N"}
"""Who may see it, as how confidential it is: very restricted, restricted, normal."""
LINES = frozenset(["people", "place", "times", "grid"])
GENERIC = {"child": "the child", "name": "you", "iro": "the IRO", "council": "the council"}
"""What stands in the blanks of a booklet that is for nobody in particular."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What a FHIR string may not hold."""
TELLS = {
    "choice": "choices",
    "words": "words",
    "relation": "relation",
    "which_part": "which_part",
    "reason": "reason",
}


@dataclass(frozen=True)
class Systems:
    """The case system's own identifier systems."""

    child: str = f"{URN}child"
    person: str = f"{URN}person"
    review: str = f"{URN}review"


def canonical(pin: Body) -> str:
    """The address of a booklet's Questionnaire; the version is the very questions that were asked."""
    return f"{URN}booklet:{pin['id']}|{pin['definition']}"


def questionnaire(booklet: Booklet) -> Json:
    """A booklet, for nobody in particular."""
    items = [item for question in booklet.questions for item in _of_question(question)]
    return _questionnaire(booklet.id, fingerprint(booklet), booklet.title, items)


def asked_only(record: Body) -> Json:
    """What a record shows of a booklet that isn't at hand any more: the questions with an answer, or left open."""
    items: list[Json] = []
    for one in _told(record):
        items += _question(one["question"], one["kind"], one["asked_staff"], {}, repeats=True, pictures=True)
    left = [
        {"linkId": one["question"], "type": "text", "text": _clean(one["asked_staff"])}
        for one in record["not_answered"]
    ]
    pin = record["booklet"]
    return _questionnaire(pin["id"], pin["definition"], pin["title"], [*items, *left])


def _questionnaire(name: str, version: str, title: str, items: list[Json]) -> Json:
    return {
        "resourceType": "Questionnaire", "url": f"{URN}booklet:{name}", "version": version, "title": _clean(title),
        "status": "active", "language": "en", "subjectType": ["Patient"], "item": items,
    }  # fmt: skip


def _of_question(question: Base) -> list[Json]:
    text = fill(question.text, GENERIC)
    if question.kind == "information":
        return [{"linkId": question.id, "type": "display", "text": text}]
    options = {id_: fill(words, GENERIC) for id_, words in labels(question).items()}
    many = question.kind == "choose_many"
    return _question(question.id, question.kind, text, options, repeats=many, pictures=bool(question.may_add))


def _question(
    link: str, kind: str, text: str, options: Mapping[str, str], *, repeats: bool, pictures: bool
) -> list[Json]:
    more = [{"linkId": f"{link}.pictures", "type": "attachment", "repeats": True}] if pictures else []
    if kind == "words":
        return [{"linkId": link, "type": "text", "text": _clean(text)}, *more]
    words = {"linkId": f"{link}.words", "type": "text"}
    offered = [{"valueCoding": _coding(link, id_, label)} for id_, label in options.items()]
    if kind in LINES or not kind:
        row: list[Json] = [{"linkId": f"{link}.row.{name}", "type": "string"} for name in ("id", "label")]
        row += [{"linkId": f"{link}.row.{name}", "type": "text"} for name in TELLS if name != "choice"]
        row += [{"linkId": f"{link}.row.{name}", "type": "boolean"} for name in ("part_only", "added")]
        row.append(_choice(f"{link}.row.choice", "", offered, repeats=True))
        lines = {"linkId": f"{link}.row", "type": "group", "repeats": True, "item": row}
        return [{"linkId": link, "type": "group", "text": _clean(text), "item": [lines, words, *more]}]
    return [_choice(link, text, offered, repeats=repeats), words, *more]


def _choice(link: str, text: str, offered: list[Json], *, repeats: bool) -> Json:
    """Open: a date that was offered, or a person, is in no fixed list."""
    item: Json = {"linkId": link, "type": "open-choice", "repeats": repeats}
    if text:
        item["text"] = _clean(text)
    return {**item, "answerOption": offered} if offered else item


def response(key: str, record: Body, pictures: Mapping[str, bytes], systems: Systems) -> Json:
    """A record. `source` is whose words these are; `author` is who wrote them down, where that was somebody else."""
    who = record["respondent"]
    child = _reference("Patient", systems.child, record["child_id"])
    source = child if who["who"] == "child" else _reference("RelatedPerson", systems.person, who["id"])
    items = [item for one in record_items(record) for item in _answered(record, pictures, *one)]
    found: Json = {
        "resourceType": "QuestionnaireResponse",
        "meta": {"security": _security(record), "tag": [{"system": f"{URN}revision", "code": str(record["revision"])}]},
        "language": record["language"],
        "identifier": {"system": RECORD, "value": record["id"]},
        "extension": _about(key, record, systems),
        "questionnaire": canonical(record["booklet"]),
        "status": "completed" if record["completed"] == "sent" else "in-progress",
        "subject": child, "authored": record["sent_at"], "source": source,
        "author": {"display": _clean(record["helped_by"])} if record["helped_by"] else source,
    }  # fmt: skip
    return {**found, "item": items} if items else found


def taken_back(key: str, record_id: str) -> Json:
    """What stands in the place of a record that somebody took back."""
    return {
        "resourceType": "QuestionnaireResponse",
        "extension": [{"url": f"{URN}fhir:event", "valueIdentifier": {"system": EVENT, "value": key}}],
        "identifier": {"system": RECORD, "value": record_id},
        "status": "entered-in-error",
    }  # fmt: skip


def worry(key: str, record: Body, systems: Systems) -> Json:
    """A flag on the child's file: that somebody has to read, and where, and nothing else."""
    return {
        "resourceType": "Flag",
        "meta": {"security": [{"system": CONFIDENTIALITY, "code": "R"}]},
        "extension": [*_told_of(key, record, systems), {"url": f"{URN}fhir:page", "valueUrl": record["page"]}],
        "identifier": [{"system": WORRY, "value": record["id"]}],
        "status": "active",
        "code": {"text": f"Somebody may not be safe. Read it now, after signing in: {record['page']}"},
        "subject": _reference("Patient", systems.child, record["child_id"]),
        "period": {"start": record["raised_at"]},
    }  # fmt: skip


def paper_copy(key: str, record: Body, pdf: bytes, systems: Systems) -> Json:
    """A record's PDF as a document. Who may see it isn't told with it: so it has the narrowest label."""
    return {
        "resourceType": "DocumentReference",
        "meta": {"security": [{"system": CONFIDENTIALITY, "code": LEVELS["iro"]}]},
        "extension": _told_of(key, record, systems),
        "identifier": [{"system": PAPER, "value": record["id"]}, {"system": RECORD, "value": record["record"]}],
        "status": "current", "type": {"text": "What was sent for a review"},
        "subject": _reference("Patient", systems.child, record["child_id"]), "date": record["made_at"],
        "content": [{"attachment": {"contentType": record["document"]["media_type"], "size": len(pdf),
                                    "data": base64.b64encode(pdf).decode()}}],
    }  # fmt: skip


def without_content(old: Body) -> Json:
    """A DocumentReference as it stands when its record was taken back."""
    keep = ("resourceType", "id", "identifier", "extension", "subject", "date")
    kept = {name: old[name] for name in keep if name in old}
    return {**kept, "status": "entered-in-error", "content": [{"attachment": {"title": "Taken back"}}]}


def record_items(record: Body) -> Iterator[tuple[Body, str]]:
    """Each question with its answer, and why it no longer counts where it doesn't."""
    for heading in record["headings"]:
        yield from ((item, "") for item in heading["items"])
    yield from ((one["item"], one["why"]) for one in record["set_aside"])


def _told(record: Body) -> Iterator[Body]:
    return (item for item, _ in record_items(record))


def _told_of(key: str, record: Body, systems: Systems) -> list[Json]:
    """Which event brought it, and which review it is of."""
    return [
        {"url": f"{URN}fhir:event", "valueIdentifier": {"system": EVENT, "value": key}},
        {
            "url": f"{URN}fhir:review",
            "valueIdentifier": {"system": systems.review, "value": _clean(record["review_id"])},
        },
    ]


def _about(key: str, record: Body, systems: Systems) -> list[Json]:
    about = _told_of(key, record, systems)
    if record["supersedes"]:
        old = {"system": RECORD, "value": record["supersedes"]}
        about.append({"url": f"{URN}fhir:supersedes", "valueIdentifier": old})
    if held := record.get("held_back"):
        about.append({"url": f"{URN}fhir:held-back", "valueInteger": held})
    return about


def _security(record: Body) -> list[Json]:
    labels = [{"system": CONFIDENTIALITY, "code": LEVELS[record["audience"]]}, INLINE]
    return [*labels, REDACTED] if record.get("held_back") else labels


def _answered(record: Body, pictures: Mapping[str, bytes], item: Body, aside: str) -> list[Json]:
    """One question's items, in the order in which the Questionnaire has them."""
    link, answer = str(item["question"]), item["answer"]
    tags = [_label(item["audience"])]
    if aside:
        tags.append({"url": f"{URN}fhir:set-aside", "valueCode": aside.replace("_", "-")})
    if item["skipped"]:
        tags.append({"url": ABSENT, "valueCode": "asked-declined"})
    asked: Json = {"linkId": link, "text": _clean(item["asked_staff"]) or link, "extension": tags}
    words = _texts(f"{link}.words", answer["words"], tags)
    files = _pictures(record, link, pictures, tags)
    if item["kind"] == "words":
        return [{**asked, **_answers([_string(answer["words"])])}, *files]
    if item["kind"] in LINES or not item["kind"]:
        inside = [*(_row(link, row, item["audience"]) for row in answer["rows"]), *words, *files]
        return [{**asked, "item": inside} if inside else asked]
    return [{**asked, **_answers(_codings(link, answer["choices"]))}, *words, *files]


def _row(link: str, row: Body, audience: str) -> Json:
    link = f"{link}.row"
    label = row["label_staff"] or row["label"]
    items = [*_texts(f"{link}.id", row["id"]), *_texts(f"{link}.label", label)]
    if row["choices"]:
        items.append(
            {"linkId": f"{link}.choice", **_answers(_codings(link.removesuffix(".row"), row["choices"]))}
        )
    for name in ("words", "relation", "which_part"):
        items += _texts(f"{link}.{name}", row[name])
    items += _texts(f"{link}.reason", row["reason"], [_label("iro")])
    items += [
        {"linkId": f"{link}.{name}", "answer": [{"valueBoolean": True}]}
        for name in ("part_only", "added")
        if row[name]
    ]
    return {"linkId": link, "extension": [_label(audience)], "item": items}


def _pictures(record: Body, link: str, pictures: Mapping[str, bytes], tags: list[Json]) -> list[Json]:
    files = [
        {"valueAttachment": {"contentType": one["media_type"], "size": one["bytes"], "title": one["id"],
                             "data": base64.b64encode(pictures[one["id"]]).decode()}}
        for one in record["attachments"] if one["question"] == link
    ]  # fmt: skip
    return [{"linkId": f"{link}.pictures", "extension": tags, "answer": files}] if files else []


def appointment(record: Body, systems: Systems) -> Json:
    """The wishes, as a meeting that is proposed: nobody is invited by it.

    Only whom the child wants stands in it. Somebody refused, not sure, or not checked yet is in the response alone: a
    system that invites every participant must find nobody there whom the child didn't want.
    """
    wishes = record["wishes"]
    coming = {choice["id"] for wish in wishes["attend"] for choice in wish["choices"]} - {
        "not_this_time",
        "not_sure",
    }
    child = _reference("Patient", systems.child, record["child_id"])
    wanted = sorted(
        {
            p["person"]
            for p in wishes["people"]
            if p["come"] == "yes" and p["person"] and not p["added_by_child"]
        }
        - {p["person"] for p in wishes["people"] if p["come"] in ("no", "not_sure")}
    )
    dates = sorted(
        {
            choice["id"]
            for wish in wishes["when"]
            for choice in wish["good"]
            if re.fullmatch(r"\d{4}-\d\d-\d\d", choice["id"])
        }
    )
    found: Json = {
        "resourceType": "Appointment",
        "meta": {"security": [{"system": CONFIDENTIALITY, "code": LEVELS[record["audience"]]}]},
        "extension": [{"url": f"{URN}fhir:revision", "valueInteger": record["revision"]}],
        "identifier": [
            {"system": REVIEW_WISHES, "value": _clean(record["review_id"])}, {"system": RECORD, "value": record["id"]},
        ],
        "status": "proposed",
        "description": "What the child asks for. Nothing is decided, and nobody is invited yet.",
        "participant": [
            {"actor": child, "required": "required" if coming else "information-only", "status": "needs-action"},
            *({"actor": _reference("RelatedPerson", systems.person, one), "required": "required",
               "status": "needs-action"} for one in wanted),
        ],
    }  # fmt: skip
    return {**found, "requestedPeriod": [{"start": day, "end": day} for day in dates]} if dates else found


def cancelled(old: Body) -> Json:
    """An Appointment as it stands when its wishes were taken back: without anybody but the child."""
    keep = ("resourceType", "id", "identifier", "extension")
    first = [one for one in old.get("participant", ()) if str(one.get("actor", {}).get("type")) == "Patient"][
        :1
    ]
    return {**{name: old[name] for name in keep if name in old}, "status": "cancelled", "participant": first}


def _reference(kind: str, system: str, value: str) -> Json:
    return {"type": kind, "identifier": {"system": system, "value": _clean(value)}}


def _label(audience: str) -> Json:
    return {"url": LABEL, "valueCoding": {"system": CONFIDENTIALITY, "code": LEVELS[audience]}}


def _coding(link: str, code: str, label: str) -> Json:
    return {"system": f"{URN}choices:{link}", "code": code, "display": _clean(label)}


def _codings(link: str, choices: Iterable[Body]) -> list[Json]:
    return [{"valueCoding": _coding(link, one["id"], one["label_staff"] or one["label"])} for one in choices]


def _answers(values: list[Json]) -> Json:
    kept = [one for one in values if one]
    return {"answer": kept} if kept else {}


def _string(words: str) -> Json:
    return {"valueString": _clean(words)} if _clean(words).strip() else {}


def _texts(link: str, words: str, tags: list[Json] | None = None) -> list[Json]:
    """An item with these words; none where there are none."""
    if not (found := _string(words)):
        return []
    return [{"linkId": link, **({"extension": tags} if tags else {}), "answer": [found]}]


def _clean(text: str) -> str:
    return CONTROL.sub("\ufffd", text)
