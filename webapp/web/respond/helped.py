"""Whose hands were on the keys: asked on a question's page only where the child has said that somebody helps."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from webapp.booklet.definition import Base
from webapp.services.looking_records import HELPING
from webapp.services.visits import Said

FIELD = "typed"
TYPED = {"me": "", "helper": "helper", "said": "said_to_helper"}
"""What the form says, and what is kept: nothing, `helper` (their words), `said_to_helper` (the child's own words)."""
NOBODY = "nobody"


def asked(said: Mapping[str, Said], question: Base) -> bool:
    """True where words may be typed here, and an answer says that somebody helps."""
    if question.kind != "words" and not question.more:
        return False
    answers = [said[one].answer for one in HELPING if one in said and one != question.id]
    return any(not answer.skipped and answer.value not in (None, "", NOBODY) for answer in answers)


def typed_by(said: Mapping[str, Said], question: Base) -> str | None:
    """What this request's form says; None where it isn't asked, and then nothing is known."""
    return TYPED.get(request.form.get(FIELD, "")) if asked(said, question) else None


def chosen(said: Mapping[str, Said], question: Base) -> str:
    """What the page shows as chosen: what was just sent, else what was kept; empty where it isn't asked."""
    if not asked(said, question):
        return ""
    kept = said[question.id].typed_by if question.id in said else ""
    back = {code: name for name, code in TYPED.items()}
    sent = request.form.get(FIELD)
    return sent if sent in TYPED else back.get(kept, "me")
