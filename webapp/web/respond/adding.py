"""Drawings and photos beside an answer: taken in with the question's own form, shown to whom they belong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import get_args

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from webapp.booklet.answers import Problem
from webapp.booklet.definition import Base, Booklet
from webapp.house import house
from webapp.services import limits, picture_check, pictures, visits
from webapp.services.picture_check import Kind, NotTaken, Picture
from webapp.store import Key, Query
from webapp.web import visiting
from webapp.web.guard import door
from webapp.web.images import image, sound
from webapp.web.respond import pages

ID = re.compile(r"[0-9a-f]{32}")
FIELDS = frozenset(["drop", *get_args(Kind)])
"""Names of the form's fields that are about pictures: no words are typed in them."""


@dataclass(slots=True)
class Change:
    """What this request's form does to the pictures of one question."""

    add: list[Picture] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    left: int = 0
    """How many there are afterwards."""
    problem: Problem | None = None
    """What was wrong with a picture; the others are kept all the same."""

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture on a page."""

    id: str
    kind: str
    address: str


def asked_for(found: visits.Standing, asked: Base) -> Change:
    """What the form asks for. Who would rather not say takes the pictures back too."""
    if not asked.may_add:
        return Change()
    with house().db.looking() as s:
        here = [one.id for one in pictures.of(s, found.row.response_id) if one.question_id == asked.id]
    if request.form.get("do") == "skip":
        return Change(remove=here)
    change = Change(remove=[one for one in here if one in request.form.getlist("drop")])
    change.left = len(here) - len(change.remove)
    for kind in asked.may_add:
        if sent := request.files.get(kind):  # false where no file was chosen
            _read(found, change, kind, sent.read())
    return change


def _read(found: visits.Standing, change: Change, kind: Kind, raw: bytes) -> None:
    if change.left >= pictures.AT_MOST:
        change.problem = Problem("too_many_pictures", "pictures")
        return
    home, now = house(), house().clock()
    who = home.vault.lookup("limit", f"picture:{found.row.response_id}")
    with home.db.keeping() as s:
        if limits.try_again_in(s, now, "picture", who):
            change.problem = Problem("too_often", kind)
            return
        limits.failed(s, now, "picture", who)  # every one counts: decoding takes time
    try:
        change.add.append(picture_check.read(kind, raw))
    except NotTaken as error:
        change.problem = Problem(error.args[0], kind)
    else:
        change.left += 1


def keep(query: Query, key: Key, found: visits.Standing, question_id: str, change: Change) -> None:
    """Make the change, in the transaction that has kept the answer."""
    if change:
        pictures.change(
            query, key, found.row.response_id, question_id, add=change.add, remove=change.remove,
            now=house().clock(),
        )  # fmt: skip


def shown(query: Query, found: visits.Standing, booklet: Booklet) -> dict[str, list[Shown]]:
    """Every picture and voice note by question; by WhatsApp they come to any question for words."""
    by_question: dict[str, list[Shown]] = {}
    takes = any(q.may_add or q.kind == "words" for q in booklet.questions)
    for one in pictures.of(query, found.row.response_id) if takes else ():
        address = url_for("respond.picture", picture_id=one.id)
        by_question.setdefault(one.question_id, []).append(Shown(one.id, one.kind, address))
    return by_question


@pages.get("/b/<booklet_id>/picture/<picture_id>")
@door.visit
def picture(picture_id: str) -> Response:
    """A picture or a voice note of one's own; anybody else's is as if it weren't there."""
    home = house()
    with home.db.looking() as s:
        found = visiting.standing(s)
        if found is None or not found.own or not found.row.response_id or not ID.fullmatch(picture_id):
            abort(404)
        key = visits.response_key(home.vault, found)
        content = pictures.small(s, key, found.row.response_id, picture_id)
        heard = pictures.sound(s, key, found.row.response_id, picture_id) if content == b"" else None
    if heard:
        return sound(*heard)
    return image(content, "image/jpeg") if content else abort(404)
