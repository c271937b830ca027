"""An officer says who is invited to a review, and who is not after all; who answered what, and who is coming.

Each act is audited, and tells every case system that wants invitations how all of them stand now. Nothing goes out
here: `guests_sending` sends, and looks at everything anew before each message.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.review import guests as rules
from webapp.services import guests_facts, guests_told, outbox
from webapp.services.auditing import note
from webapp.services.guests_facts import Card, Facts, Somebody
from webapp.services.looking_screening import held_back
from webapp.store import Child, Guest, GuestNotice, Key, Message, Review, Vault, new_id

Takers = Mapping[str, Sequence[str]]
Seen = Literal["coming", "part", "sends_views", "not_coming", "asked", "not_asked"]
SEEN: Mapping[str, Seen] = {
    "coming": "coming", "part": "part", "sends_views": "sends_views", "not_coming": "not_coming",
}  # fmt: skip


class Refused(Exception):
    """They can't be invited so. `problems` says why, by the person's key; "" is the review itself. Nothing was kept."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(sorted(set(problems.values()))))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Opened:
    """One guest, opened with the child's key."""

    row: Guest
    key: str
    name: str
    said: str
    override: str
    card: Card | None
    part: str
    words: str

    @property
    def state(self) -> str:
        """As in the table."""
        return self.row.state


def invite(
    session: Session, vault: Vault, takers: Takers, facts: Facts, keys: Collection[str], staff_id: str,
    now: dt.datetime, *, with_card: bool = False,
) -> int:  # fmt: skip
    """These people are invited; gives how many of them are new. `facts` are locked.

    Whom nobody has checked waits for the social worker. Raises Refused, and then keeps none of them.
    """
    if wrong := _problems(facts, keys, now):
        raise Refused(wrong)
    have = {one.key: one for one in opened(session, facts.key, facts.review.id)}
    made = 0
    for key in dict.fromkeys(keys):
        one, before = facts.people[key], have.get(key)
        if before is not None and before.state != "withdrawn":
            continue
        state = "waits_check" if one.bar == "waits_check" else "to_invite"
        guest = before.row if before else _new(vault, facts, key, staff_id, now)
        guest.state, guest.reason, guest.involvement_id = state, None, one.involvement_id
        guest.asked_by, guest.asked_at, guest.looked_at = staff_id, now, now
        guest.answer, guest.answered_at = None, None
        body = {
            "key": key, "name": one.name, "said": one.candidate.said,
            "override": one.decision_id if one.candidate.said == "no" else "",
            "card": _card_body(facts.card) if with_card else None,
        }  # fmt: skip
        guest.sealed = facts.key.seal(json.dumps(body, ensure_ascii=False), guest_place(guest.id))
        session.add(guest)
        session.flush()
        action = "invited_guest_all_the_same" if body["override"] else "invited_guest"
        note(session, now, f"staff:{staff_id}", action, f"guest:{guest.id}", facts.review.child_id)
        made += 1
    if made:
        announce(session, vault, takers, facts.review, facts.child, facts.key, now)
    return made


def _problems(facts: Facts, keys: Collection[str], now: dt.datetime) -> dict[str, str]:
    at = facts.standing
    if at is None:
        return {"": "another_day" if facts.settled is not None else "not_settled"}
    if at.at <= now:
        return {"": "past"}
    if not keys:
        return {"": "nobody"}
    wrong: dict[str, str] = {}
    for key in keys:
        one = facts.people.get(key)
        if one is None:
            wrong[key] = "gone"
        elif one.bar is not None and one.bar != "waits_check":
            wrong[key] = one.bar
    return wrong


def _new(vault: Vault, facts: Facts, key: str, staff_id: str, now: dt.datetime) -> Guest:
    return Guest(
        id=new_id(), review_id=facts.review.id, child_id=facts.review.child_id, sequence=0, asked_by=staff_id,
        asked_at=now, who=vault.lookup("wish", f"{facts.review.id}:{key}"),
    )  # fmt: skip


def _card_body(card: Card | None) -> dict[str, str] | None:
    return asdict(card) if card else None


def opened(session: Session, key: Key, review_id: str) -> list[Opened]:
    """Every guest of one review, in the order in which they were asked. `key` is the child's. One query."""
    rows = session.scalars(
        select(Guest).where(Guest.review_id == review_id).order_by(Guest.asked_at, Guest.id)
    )
    return [open_guest(key, row) for row in rows]


def open_guest(key: Key, row: Guest) -> Opened:
    """One guest, opened with the child's key."""
    body = json.loads(key.open(row.sealed, guest_place(row.id)))
    answer = json.loads(key.open(row.answer, answer_place(row.id))) if row.answer else {}
    card = Card(**body["card"]) if body["card"] else None
    return Opened(
        row, body["key"], body["name"], body["said"], body["override"], card, answer.get("part", ""),
        answer.get("words", ""),
    )  # fmt: skip


def invited(session: Session, vault: Vault, review_id: str, held: Collection[str] = ()) -> tuple[Opened, ...]:
    """Who is invited to a review and what they answered, for a part of its officer's page. One query.

    Whose review it is has been looked at before. Whoever may not come any more stands on the page of guests alone.
    """
    rows = session.execute(
        select(Guest, Child.id, Child.key)
        .join(Child, Child.id == Guest.child_id)
        .where(Guest.review_id == review_id, Guest.state != "withdrawn")
        .order_by(Guest.asked_at, Guest.id)
    ).all()
    return tuple(
        _kept_back(open_guest(vault.key(key, f"child:{child_id}"), row), held) for row, child_id, key in rows
    )


def _kept_back(guest: Opened, held: Collection[str]) -> Opened:
    """Without words that the officer is not shown for now, since they may be about them."""
    return replace(guest, part="", words="") if answer_place(guest.row.id) in held else guest


def withdraw(
    session: Session, vault: Vault, takers: Takers, facts: Facts, guest_id: str, staff_id: str, now: dt.datetime
) -> bool:  # fmt: skip
    """They are not invited after all; whoever was told is told that. False where there is no such guest."""
    guest = session.get(Guest, guest_id, with_for_update=True)
    if guest is None or guest.review_id != facts.review.id or guest.state == "withdrawn":
        return False
    guest.state, guest.reason, guest.answer, guest.answered_at = "withdrawn", None, None, None
    session.flush()
    note(session, now, f"staff:{staff_id}", "withdrew_guest", f"guest:{guest.id}", facts.review.child_id)
    announce(session, vault, takers, facts.review, facts.child, facts.key, now)
    return True


def by_hand(
    session: Session, vault: Vault, takers: Takers, facts: Facts, guest_id: str, said: str, staff_id: str,
    now: dt.datetime,
) -> bool:  # fmt: skip
    """Staff told this guest themselves, and write down what they answered, or `invited` where they didn't yet. They are
    told of changes by hand too. False where nothing may go to them, or there is no such guest.
    """
    guest = session.get(Guest, guest_id, with_for_update=True)
    if (
        guest is None
        or guest.review_id != facts.review.id
        or guest.state == "withdrawn"
        or said not in rules.TOLD
    ):
        return False
    person = facts.people.get(open_guest(facts.key, guest).key)
    if person is None or person.bar is not None or facts.standing is None:
        return False
    guest.state, guest.answer = said, None
    guest.answered_at = now if said in rules.REPLIED else None
    session.flush()
    note(
        session, now, f"staff:{staff_id}", f"guest_{said}_by_hand", f"guest:{guest.id}", facts.review.child_id
    )
    announce(session, vault, takers, facts.review, facts.child, facts.key, now)
    return True


@dataclass(frozen=True, slots=True)
class Coming:
    """One person on the list of who is coming, as the child knows them."""

    name: str
    state: Seen
    """asked: invited, and no answer yet; not_asked: their invitation has not gone yet."""


def coming(session: Session, vault: Vault, review_id: str, today: dt.date) -> tuple[Coming, ...]:
    """Who is invited and who said that they come, for the child's own page. Never what a guest wrote to the officer,
    nobody who may not be named to the child, and nobody of whom "we will ask" is no promise yet. None while nobody is.
    """
    if session.scalar(select(Guest.id).where(Guest.review_id == review_id).limit(1)) is None:
        return ()
    found = guests_facts.facts(session, vault, review_id, today)
    if found is None:
        return ()
    listed, shown = opened(session, found.key, review_id), []
    told = guests_told.notices(session, found.key, [one.row.id for one in listed])
    for one in listed:
        person = found.people.get(one.key)
        if one.state == "withdrawn" or (person is not None and not person.may_be_named):
            continue
        unasked = one.state in rules.UNASKED or guests_told.of_another_time(found, told.get(one.row.id, ()))
        if unasked and (person is None or person.bar not in rules.STILL_TO_BE_ASKED):
            continue
        state: Seen = "not_asked" if unasked else SEEN.get(one.state, "asked")
        shown.append(Coming(person.called if person else one.name, state))
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the officer's page."""

    person: Somebody
    guest: Opened | None
    alert: bool
    """They were told of the meeting, and may not come as it stands now: the officer has to see to it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Who is invited, who may be and who may not, for the officer."""

    facts: Facts
    lines: tuple[Line, ...]

    @property
    def invited(self) -> list[Line]:
        """Those with an invitation on its way, answered or not."""
        return [one for one in self.lines if one.guest is not None and one.guest.state != "withdrawn"]

    @property
    def free(self) -> list[Line]:
        """Those who may be ticked: nothing stands against them, or only the check."""
        return [one for one in self._others if one.person.bar in (None, "waits_check")]

    @property
    def kept_away(self) -> list[Line]:
        """Those who may not be invited now, each with why."""
        return [one for one in self._others if one.person.bar not in (None, "waits_check")]

    @property
    def _others(self) -> list[Line]:
        return [one for one in self.lines if one.guest is None or one.guest.state == "withdrawn"]

    @property
    def alerts(self) -> list[Line]:
        """Those about whom something changed after they were told."""
        return [one for one in self.lines if one.alert]

    @property
    def no_words_for_others(self) -> list[Line]:
        """Those who may not know the address while there are no words for them."""
        at = self.facts.standing
        if at is None or at.place_for_others:
            return []
        return [one for one in (*self.invited, *self.free) if not one.person.knows_address]


def panel(session: Session, vault: Vault, iro_id: str, review_id: str, today: dt.date) -> Panel | None:
    """Everybody who is invited or might be, where the review is this officer's; None for any other."""
    found = guests_facts.facts(session, vault, review_id, today, iro_id=iro_id)
    if found is None:
        return None
    held = held_back(session, [review_id]).sources
    have = {one.key: _kept_back(one, held) for one in opened(session, found.key, review_id)}
    lines = [_line(found, person, have.pop(person.key, None)) for person in found.people.values()]
    lines = [one for one in lines if one.guest is not None or not one.person.held]
    for guest in have.values():  # the child named them before, and does not now
        lines.append(_line(found, gone(guest), guest))
    lines.sort(key=lambda one: (one.guest is None, one.person.role, one.person.name))
    return Panel(found, tuple(lines))


def _line(found: Facts, person: Somebody, guest: Opened | None) -> Line:
    told = guest is not None and guest.state in rules.TOLD
    return Line(person, guest, told and person.bar not in (None, "review_over", "words_wait"))


def gone(guest: Opened) -> Somebody:
    """A guest whom the child named before and does not now: nothing more goes to them."""
    return Somebody(
        key=guest.key, name=guest.name, called=guest.name, role="", relation="", involvement_id=None, language="en",
        reach={}, known_fact=False, knows_address=False, may_be_named=True, candidate=rules.Candidate(),
        bar="undecided",
    )  # fmt: skip


def announce(
    session: Session, vault: Vault, takers: Takers, review: Review, child: Child, key: Key, now: dt.datetime
) -> None:
    """How all invitations of a review stand now, as one event: a later one replaces it."""
    rows = opened(session, key, review.id)
    sent = _sent_at(session, review.id)
    body: dict[str, Any] = {
        "schema": "invitations/1", "kind": "invitations", "review_id": review.external_id,
        "child_id": child.external_id, "as_of": now.isoformat(),
        "invitations": [
            {
                "person": one.key.removeprefix("who:") if not one.key.startswith("who:+") else None,
                "name": one.name, "added_by_child": one.key.startswith("who:+"), "status": one.state,
                "asked_at": one.row.asked_at.isoformat(), "sent_at": _moment(sent.get(one.row.id)),
                "answered_at": _moment(one.row.answered_at),
            }
            for one in rows
        ],
    }  # fmt: skip
    outbox.announce(
        session, vault, key, "invitations", new_id(), review.id, review.child_id, body, now,
        takers.get("invitations", ()),
    )  # fmt: skip


def announce_of(session: Session, vault: Vault, takers: Takers, guest: Guest, now: dt.datetime) -> None:
    """The same, of a guest's review."""
    review, child = session.get_one(Review, guest.review_id), session.get_one(Child, guest.child_id)
    announce(session, vault, takers, review, child, vault.key(child.key, f"child:{child.id}"), now)


def _sent_at(session: Session, review_id: str) -> dict[str, dt.datetime]:
    """When the last message of each guest went out."""
    rows = session.execute(
        select(Guest.id, Message.sent_at)
        .join(GuestNotice, GuestNotice.guest_id == Guest.id)
        .join(Message, Message.id == GuestNotice.message_id)
        .where(Guest.review_id == review_id, Message.sent_at.is_not(None))
        .order_by(GuestNotice.sequence)
    )
    return {own: at for own, at in rows if at is not None}


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None


def guest_place(row_id: str) -> str:
    """Where a guest is sealed for."""
    return f"guest.sealed:{row_id}"


def answer_place(row_id: str) -> str:
    """Where a guest's answer is sealed for."""
    return f"guest.answer:{row_id}"
