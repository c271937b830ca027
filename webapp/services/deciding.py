"""An officer decides: about each wish, when and where, and what the child may read of it.

Each act is audited, and tells every case system that wants decisions how all of them stand now. Nobody hears anything
before the officer tells the child.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config import Timetable
from webapp.clock import LONDON, london
from webapp.review import deciding as rules
from webapp.review.deciding import Chosen, Wish, Wrong
from webapp.review.deciding_words import draft
from webapp.review.timetable import may_move_to, record_due, shared_window
from webapp.services import outbox
from webapp.services.auditing import note
from webapp.services.deciding_desk import Decided, Desk, decision_place, decisions, settled, settled_place
from webapp.services.telling import childs, tell_of_decisions
from webapp.services.whose import OVER
from webapp.store import Decision, Review, Settled, Vault, new_id

Takers = Mapping[str, Sequence[str]]
Window = tuple[dt.date, dt.date]
PLACE_AT_MOST = 300
EARLIEST, LATEST = dt.time(7), dt.time(21)
"""When a meeting may begin, by the clock of London: 03:00 was meant to be 15:00, and everybody would be told."""


class Refused(Exception):
    """It can't be decided so. `problems` says what is wrong with which wish, as codes; nothing was kept."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(sorted(set(problems.values()))))
        self.problems = dict(problems)


def decide(
    session: Session, vault: Vault, takers: Takers, desk: Desk, chosen: Mapping[str, Chosen], staff_id: str,
    now: dt.datetime, seen: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Keep these decisions, by the wish's key; gives how many are new. `desk` is locked (`desk(..., lock=True)`).

    With `seen`, the digests of the wishes that the officer had before them, the rest is agreed with in the same press.
    Where a reason is left empty a whole draft stands for it. Raises Refused, and then keeps none of them.
    """
    by_key = {wish.key: wish for wish in desk.wishes}
    wrong = problems(desk, chosen)
    if wrong:
        raise Refused(wrong)
    fresh = {key: _with_draft(by_key[key], one) for key, one in chosen.items()}
    if seen is not None:
        for wish in desk.rest(chosen):
            if seen.get(wish.key) == wish.digest:
                fresh[wish.key] = _with_draft(wish, Chosen("agreed", was=wish.digest))
    made = 0
    for key, one in fresh.items():
        if not _same(desk.decided.get(key), one):
            _keep(session, vault, desk, by_key[key], one, staff_id, now)
            made += 1
    if made:
        announce(session, vault, takers, desk, now)
    return made


def problems(desk: Desk, chosen: Mapping[str, Chosen]) -> dict[str, Wrong]:
    """What is wrong with which of these decisions, taken together."""
    by_key = {wish.key: wish for wish in desk.wishes}
    pairs = rules.contradicting(desk.wishes)
    agreed = {key for key, one in desk.in_force.items() if one.outcome == "agreed" and key not in chosen}
    agreed |= {key for key, one in chosen.items() if one.outcome == "agreed"}
    found: dict[str, Wrong] = {}
    for key, one in chosen.items():
        wish = by_key.get(key)
        wrong: Wrong | None = "changed_since"
        if wish is not None:
            drafted = _with_draft(wish, one)
            wrong = rules.problem(
                wish, drafted, desk.may_not_come, desk.checked, agreed=agreed - {key}, pairs=pairs
            )
            if (
                not wrong
                and _meanwhile(desk.decided.get(key), one.held)
                and not _same(desk.decided.get(key), drafted)
            ):
                wrong = "decided_since"
        if wrong:
            found[key] = wrong
    return found


def _meanwhile(now: Decided | None, held: str | None) -> bool:
    """True where what holds is not what whoever chose had before them."""
    return held is not None and held != (now.id if now else "")


def _with_draft(wish: Wish, one: Chosen) -> Chosen:
    """The decision with the draft for its reason, where none was written and the draft is whole."""
    reason = one.reason.strip()
    if not reason and one.outcome in ("agreed", "asked_for"):
        reason = draft(wish.kind, one.outcome, refused=wish.refused, added=wish.added)
    return Chosen(one.outcome, one.instead.strip(), reason, one.note.strip(), one.passed_to, one.was)


def _same(before: Decided | None, one: Chosen) -> bool:
    """True where this was decided so already: a second press changes nothing."""
    if before is None:
        return False
    was = (before.digest, before.outcome, before.instead, before.reason, before.note, before.passed_to)
    return was == (one.was, one.outcome, one.instead, one.reason, one.note, one.passed_to)


def _keep(
    session: Session, vault: Vault, desk: Desk, wish: Wish, one: Chosen, staff_id: str, now: dt.datetime
) -> None:
    mark = vault.lookup("wish", f"{desk.review.id}:{wish.key}")
    _supersede(session, desk, mark, now)
    made = new_id()
    body = {
        "key": wish.key, "digest": wish.digest, "asked": in_staffs_words(wish), "instead": one.instead,
        "reason": one.reason, "note": one.note,
    }  # fmt: skip
    session.add(
        Decision(
            id=made, review_id=desk.review.id, wish=mark, record_id=wish.record_id or None, revision=wish.revision,
            outcome=one.outcome, passed_to=one.passed_to, decided_by=staff_id, decided_at=now,
            sealed=desk.key.seal(json.dumps(body, ensure_ascii=False), decision_place(made)),
        )
    )  # fmt: skip
    session.flush()
    note(
        session, now, f"staff:{staff_id}", f"decided_{one.outcome}", f"decision:{made}", desk.review.child_id
    )


def _supersede(session: Session, desk: Desk, mark: str, now: dt.datetime) -> None:
    session.execute(
        update(Decision)
        .where(Decision.review_id == desk.review.id, Decision.wish == mark, Decision.superseded_at.is_(None))
        .values(superseded_at=now)
    )


def in_staffs_words(wish: Wish) -> str:
    """What was chosen, in English, for whoever arranges it: never a reason, never what was typed beside a choice."""
    rows = [c.label_staff for row in wish.said.rows for c in row.choices if wish.kind != "who"]
    chosen = [*(choice.label_staff for choice in wish.said.choices), *rows]
    return ", ".join([wish.name] if wish.kind == "who" else chosen)


def reopen(
    session: Session, vault: Vault, takers: Takers, desk: Desk, key: str, staff_id: str, now: dt.datetime
) -> bool:
    """Take a decision back, so that the wish is open again; False where there is none. `desk` is locked."""
    one = desk.decided.get(key)
    if one is None:
        return False
    _supersede(session, desk, vault.lookup("wish", f"{desk.review.id}:{key}"), now)
    note(session, now, f"staff:{staff_id}", "reopened", f"decision:{one.id}", desk.review.child_id)
    announce(session, vault, takers, desk, now)
    return True


def moment(day: str, time: str) -> dt.datetime | None:
    """A day and a time on a London clock; None where there is no such moment (the hour that a clock skips)."""
    try:
        naive = dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time))
    except ValueError:
        return None
    if naive.tzinfo is not None:
        return None
    found = naive.replace(tzinfo=LONDON).astimezone(dt.UTC)
    return found if london(found).replace(tzinfo=None) == naive else None


def settle(
    session: Session, vault: Vault, takers: Takers, rules_of: Timetable, desk: Desk, at: dt.datetime | None,
    place: str, place_for_others: str, staff_id: str, now: dt.datetime, *, allowed: bool = False,
) -> None:  # fmt: skip
    """Settle when and where; the day of the record follows, and so do the dates of all who are asked.

    `allowed`: a senior manager allows a day outside the review's window, or that of another child of the meeting
    (webapp/review/timetable.py). Raises Refused with `when` or `place`.
    """
    place, place_for_others = place.strip(), place_for_others.strip()
    window = _window(session, desk.review)
    if wrong := _unsettled(window, at, place, place_for_others, now, allowed=allowed):
        raise Refused(wrong)
    assert at is not None
    before = desk.settled
    if before and (before.at, before.place, before.place_for_others) == (at, place, place_for_others):
        return
    session.execute(
        update(Settled)
        .where(Settled.review_id == desk.review.id, Settled.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    made, body = new_id(), {"place": place, "place_for_others": place_for_others}
    session.add(
        Settled(
            id=made, review_id=desk.review.id, at=at, record_due_on=record_due(london(at).date(), rules_of),
            sealed=desk.key.seal(json.dumps(body, ensure_ascii=False), settled_place(made)),
            settled_by=staff_id, settled_at=now,
        )
    )  # fmt: skip
    desk.review.held_at = at
    session.flush()
    outside = not may_move_to(london(at).date(), window, london(now).date())
    action = "settled_outside_the_window" if outside else "settled"
    note(session, now, f"staff:{staff_id}", action, f"settled:{made}", desk.review.child_id)
    announce(session, vault, takers, desk, now)


def _unsettled(
    window: Window, at: dt.datetime | None, place: str, others: str, now: dt.datetime, *, allowed: bool
) -> dict[str, str]:
    if at is None:
        return {"when": "no_such_time"}
    if at <= now:
        return {"when": "past"}
    if not EARLIEST <= london(at).time() <= LATEST:
        return {"when": "odd_hour"}
    if not may_move_to(london(at).date(), window, london(now).date(), allowed=allowed):
        return {"when": "outside_window"}
    if not place:
        return {"place": "say_where"}
    return {"place": "too_long"} if max(len(place), len(others)) > PLACE_AT_MOST else {}


def _window(session: Session, review: Review) -> Window:
    """The days that suit the law for every child of this meeting; for this child alone where there is no such day."""
    own = (review.window_start, review.window_end)
    if not review.meeting_external_id:
        return own
    others = session.execute(
        select(Review.window_start, Review.window_end).where(
            Review.meeting_external_id == review.meeting_external_id, Review.id != review.id,
            Review.status.not_in(OVER),
        )
    ).all()  # fmt: skip
    return shared_window([own, *((start, end) for start, end in others)]) or own


def tell(session: Session, vault: Vault, takers: Takers, desk: Desk, staff_id: str, now: dt.datetime) -> int:
    """Let the child read what is decided and settled as it stands now; gives how many things are new to them.

    What was told once is not told again. A message tells them that there is something to read. A child who is asked
    nothing has no page: there it means that the officer has told them. `desk` is locked.
    """
    ids = [one.id for one in desk.untold]
    if ids:
        session.execute(update(Decision).where(Decision.id.in_(ids)).values(told_at=now))
    told = len(ids)
    if desk.settled and desk.settled.told_at is None:
        session.execute(update(Settled).where(Settled.id == desk.settled.id).values(told_at=now))
        told += 1
    if told:
        action = "told_child" if childs(session, desk.review.id) else "told_child_in_person"
        note(session, now, f"staff:{staff_id}", action, f"review:{desk.review.id}", desk.review.child_id)
        announce(session, vault, takers, desk, now)
        tell_of_decisions(session, desk.review.id, now)
    return told


def announce(session: Session, vault: Vault, takers: Takers, desk: Desk, now: dt.datetime) -> None:
    """How everything stands now, as one event: a later one replaces it."""
    held = decisions(session, desk.key, desk.review.id)
    where = settled(session, desk.key, desk.review.id)
    body = {
        "schema": "decisions/1", "kind": "decisions", "review_id": desk.review.external_id,
        "child_id": desk.child_external_id, "as_of": now.isoformat(), "decided_by": desk.review.iro_external_id,
        "decisions": _told(desk, held, in_talks=False), "said_in_talks": _told(desk, held, in_talks=True),
        "held_back": 0,
        "settled": None if where is None else {
            "at": where.at.isoformat(), "place": where.place, "place_for_others": where.place_for_others,
            "record_due_on": where.record_due_on.isoformat(), "told_at": _moment(where.told_at),
        },
    }  # fmt: skip
    outbox.announce(
        session, vault, desk.key, "decisions", new_id(), desk.review.id, desk.review.child_id, body, now,
        takers.get("decisions", ()),
    )  # fmt: skip


def _told(desk: Desk, held: Iterable[Decided], *, in_talks: bool) -> list[dict[str, Any]]:
    by_key = {wish.key: wish for wish in desk.wishes}
    found = []
    for one in held:
        wish = by_key.get(one.key)
        if (
            wish is not None and wish.digest == one.digest and wish.in_a_talk == in_talks
        ):  # else it is open again
            found.append(_in_talk(wish, one) if in_talks else _in_record(wish, one))
    return found


def _in_record(wish: Wish, one: Decided) -> dict[str, Any]:
    record = str(uuid.UUID(one.record_id or wish.record_id))
    return {**_as_decided(wish, one), "question": wish.question, "record": record, "revision": one.revision}


def _in_talk(wish: Wish, one: Decided) -> dict[str, Any]:
    assert wish.talk_on is not None
    where = {"talk": str(uuid.UUID(wish.talk_id)), "held_on": wish.talk_on.isoformat()}
    return {**_as_decided(wish, one), **where, "person": wish.person}


def _as_decided(wish: Wish, one: Decided) -> dict[str, Any]:
    return {
        "wish": one.key, "asked_staff": wish.asked_staff, "chosen": one.asked, "audience": wish.audience,
        "outcome": one.outcome, "instead": one.instead, "reason_for_child": one.reason, "passed_to": one.passed_to,
        "arranged": one.arranged, "decided_at": one.decided_at.isoformat(), "told_at": _moment(one.told_at),
    }  # fmt: skip


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
