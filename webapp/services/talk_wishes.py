"""Whom a child said no to in the talk with their social worker, as wishes that an officer decides like any other.

The child's own booklet counts before a talk. What was said in the talk stands only where the booklet leaves the person
open, or is older and doesn't say no itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booklet.records import Choice, Row, Said
from webapp.booklet.wishes import InviteChoicesRecord
from webapp.review.deciding import IN_A_TALK, Wish, wishes
from webapp.services.statutory_talk import Said as SaidOf
from webapp.services.statutory_talk import Talk, talks
from webapp.store import Involvement, Key, Person

ASKED = "Who comes, as the child said it to the social worker"
"""In the place of a booklet's question, for staff."""


def with_talks(
    session: Session, key: Key, review_id: str, menus: Sequence[InviteChoicesRecord],
    told: Sequence[Talk] | None = None,
) -> tuple[Wish, ...]:  # fmt: skip
    """Every wish of one child about one review: of the menus, then of talks. Two queries at most, one where the
    talks are read already (`told`). `key` is the child's.
    """
    own = tuple(wish for record in menus for wish in wishes(record))
    told = sorted(
        talks(session, key, review_id) if told is None else told, key=lambda one: one.at, reverse=True
    )
    who = {one.person for talk in told for one in talk.told.people}
    if not who:
        return own
    rows = session.execute(
        select(Involvement.id, Involvement.role, Involvement.must_attend, Person.external_id)
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.id.in_(who))
    )
    known = {row.id: row for row in rows}
    sent_at = max((record.sent_at for record in menus), default=None)
    come = {wish.person: wish.come for wish in own if wish.kind == "who" and wish.person}
    found = []
    for talk, one in _latest(told, {involvement: row.external_id for involvement, row in known.items()}):
        row = known[one.person]
        before = come.get(row.external_id)
        newer = before is None or sent_at is None or talk.at >= sent_at
        if one.come == "no" and before != "no" and newer:
            found.append(_wish(row.external_id, row.role, row.must_attend, one.name, talk))
    return (*own, *found)


def _latest(told: Iterable[Talk], person_of: dict[str, str]) -> Iterable[tuple[Talk, SaidOf]]:
    """Of each person what was said of them last; `told` comes with the latest first."""
    seen: set[str] = set()
    for talk in told:
        for one in talk.told.people:
            person = person_of.get(one.person)
            if person is not None and person not in seen:
                seen.add(person)
                yield talk, one


def _wish(person: str, role: str, must_come: bool, name: str, talk: Talk) -> Wish:
    no = Choice(id="no", label="No", label_staff="No")
    row = Row(
        id=person, label=name, label_staff=name, relation="", choices=[no], words="", part_only=False, which_part="",
        reason="", added=False,
    )  # fmt: skip
    return Wish(
        key=f"who:{IN_A_TALK}:{person}", kind="who", question=IN_A_TALK, asked=ASKED, asked_staff=ASKED,
        said=Said(choices=[], rows=[row], words=""), audience="iro_and_social_worker", language="en", person=person,
        name=name, role=role, come="no", must_come=must_come, talk_id=talk.id, talk_on=talk.held_on,
    )  # fmt: skip
