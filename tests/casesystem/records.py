"""Records to hand over: as small as the schema allows, or with everything in them."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from webapp.casesystem.port import Event

SENT = "2027-02-01T10:00:00Z"
PDF = b"%PDF-1.7 made up"


def a_key(number: int) -> str:
    """An event's key."""
    return hashlib.sha256(f"event {number}".encode()).hexdigest()


def an_item(words: str = "", audience: str = "review", **rest: Any) -> dict[str, Any]:
    """One question with its answer."""
    return {
        "question": "where_i_live", "kind": "words", "asked": "What is it like where you live?",
        "asked_staff": "What is it like where you live?", "answer": {"choices": [], "rows": [], "words": words},
        "audience": audience, "private": False, "channel": "web", "language": "en", "wording": "standard",
        "answered_at": SENT, "typed_by": "", "skipped": not words, **rest,
    }  # fmt: skip


def a_views_record(*items: dict[str, Any], number: int = 1, **rest: Any) -> dict[str, Any]:
    """A views/1 record."""
    return {
        "schema": "views/1", "kind": "views", "id": str(uuid.UUID(int=number)), "revision": 1, "supersedes": None,
        "audience": "review", "attachments": [], "review_id": f"R-{number}", "child_id": "C-1",
        "respondent": {"id": "P-1", "role": "mother", "who": "parent"},
        "booklet": {"id": "parent_form", "title": "What you think", "definition": "0" * 64},
        "language": "en", "wording": "standard", "channels": ["web"], "helped_by": "", "completed": "sent",
        "sent_at": SENT, "headings": [{"heading": "placement", "items": list(items)}] if items else [],
        "not_answered": [], "set_aside": [], **rest,
    }  # fmt: skip


def a_person(name: str, come: str | None = "no", **rest: Any) -> dict[str, Any]:
    """One person of the review menu."""
    return {
        "question": "who", "asked_staff": "Who comes?", "audience": "iro", "state": "asked", "person": "P-2",
        "name": name, "role": "father", "relation": "your dad", "come": come, "part_only": False,
        "which_part": "", "reason": "", "reason_audience": "iro", "must_come": False, "added_by_child": False,
        **rest,
    }  # fmt: skip


def invite_choices(*people: dict[str, Any], number: int = 2, **rest: Any) -> dict[str, Any]:
    """An invite-choices/1 record."""
    lists = (
        "attend", "words", "people_words", "where", "not_where", "when", "how", "about", "not_in_front",
        "chair", "help", "outcome", "card",
    )  # fmt: skip
    wishes = {name: [] for name in lists} | {"people": list(people)} | rest.pop("wishes", {})
    record = a_views_record(number=number, **rest)
    return {
        **record, "schema": "invite-choices/1", "kind": "invite_choices", "wishes": wishes,
        "respondent": {"id": "C-1", "role": "child", "who": "child"},
    }  # fmt: skip


def an_event(number: int = 1, record: dict[str, Any] | None = None) -> Event:
    """An event with a record of that number."""
    return Event(a_key(number), record or a_views_record(an_item("It is fine."), number=number))


def an_announcement(kind: str, number: int = 1) -> dict[str, Any]:
    """A withdrawal, worry, participation, paper_copy, decisions, invitations, attendance, letter or request."""
    name = str(uuid.UUID(int=number))
    more: dict[str, dict[str, Any]] = {
        "withdrawal": {
            "respondent": {"id": "C-1", "role": "child", "who": "child"}, "withdraws": [name], "withdrawn_at": SENT,
        },
        "worry": {"raised_at": SENT, "page": "https://review.example.org/staff/worries/1"},
        "participation": {
            "suggested": "PN6", "why": "Sent before the review.", "records": [name], "sent_at": SENT,
            "status": "suggested",
        },
        "attendance": {
            "attendance": name, "replaces": None, "held_on": "2027-03-02", "child_attended": True,
            "participation_code": "PN1", "suggested": "PN1", "attended": ["parent"], "adjourned": False,
            "recorded_at": SENT, "recorded_by": "S-1",
        },
        "letter": {
            "version": 1, "sent_at": SENT, "signed_by": "S-1", "held_on": "2027-03-02", "language": "en",
            "wording": "standard", "opening": "", "good": "", "decisions": [], "words": "", "held_back": 0,
            "next": [{"what": "A new bed", "who": "Lin", "by": "2027-04-01"}],
        },
        "invitations": {"as_of": SENT, "invitations": []},
        "decisions": {"as_of": SENT, "decided_by": "S-1", "decisions": [], "settled": None, "held_back": 0},
        "request": {
            "request": name, "respondent": {"id": "C-1", "role": "child", "who": "child"}, "asked_for": "advocate",
            "asked_at": SENT, "as_of": SENT, "state": "new", "answered_at": None, "closed_at": None,
            "arranged_at": None,
        },
        "paper_copy": {
            "record": name, "made_at": SENT,
            "document": {
                "media_type": "application/pdf", "sha256": hashlib.sha256(PDF).hexdigest(), "bytes": len(PDF),
            },
        },
    }  # fmt: skip
    schema = f"{kind.replace('_', '-')}/1"
    return {"schema": schema, "kind": kind, "id": name, "review_id": "R-1", "child_id": "C-1", **more[kind]}


def every_kind() -> list[Event]:
    """An event of each kind that there is, with what goes with it."""
    told = [
        Event(
            a_key(10 + n),
            an_announcement(kind, 10 + n),
            paper=PDF if kind == "paper_copy" else b"",
            sequence=3 + n,
        )
        for n, kind in enumerate(
            (
                "withdrawal",
                "worry",
                "participation",
                "paper_copy",
                "decisions",
                "invitations",
                "attendance",
                "letter",
                "request",
            )
        )
    ]
    return [an_event(1), an_event(2, invite_choices()), *told]
