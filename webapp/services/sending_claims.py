"""Decides what goes out next and writes it down before it goes: a message that was tried is always known.

A claim is one short transaction over a few people. It checks the holds anew, records each message as
`sending`, makes its link, and gives back what to hand to the messenger. `due_at` is when an outcome nobody
reported may be tried again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from config import Authority, Settings
from webapp.clock import london
from webapp.documents.notices import Template
from webapp.messaging import Messenger
from webapp.messaging.letter import TO_PRINT
from webapp.messaging.port import UNKNOWN
from webapp.review.asking import PHONE_WAYS, Unreachable
from webapp.review.quiet import held_until
from webapp.review.timetable import dates_of, reminder_now
from webapp.services import telling
from webapp.services.inviting_changes import LETTER_TO_PRINT, stop
from webapp.services.mailing import NOT_CHECKED, waiting
from webapp.services.recipients import Recipient, recipients
from webapp.services.sending_words import Letterhead, Parcel, content_sid, parcel
from webapp.services.telling import SAYS_ALL, TELLING
from webapp.store import Consultation, Link, Message, Vault, new_id

A_LITTLE = dt.timedelta(minutes=2)
"""The provider's clock and ours differ by less."""
AT_ONCE = 20
"""Messages claimed together: all of them fit into LEASE even where the mail server is slow."""
LEASE = dt.timedelta(minutes=10)
TEMPLATES: tuple[Template, ...] = tuple(one for one in get_args(Template) if one != "after")
"""What a message is of; "after" is only how an invitation is worded, once the review was held."""
UNREADABLE = "unreadable"
HELD = "quiet_hours"
"""Why somebody who is due, or a message, waits: their phone is left alone at this hour."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What sending needs and doesn't change."""

    vault: Vault
    authority: Authority
    settings: Settings
    messengers: Mapping[str, Messenger]
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """Today in London."""
        return london(self.now).date()

    @property
    def letterhead(self) -> Letterhead:
        """What each message says of us."""
        return Letterhead(self.vault, self.authority, self.settings.public_url, self.now)


@dataclass(frozen=True, slots=True)
class Unsure:
    """How to tell a message whose outcome nobody knows among what the provider holds."""

    way: str
    since: dt.datetime
    tokens: frozenset[str]
    """Hashes of the links that may stand in it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message on its way."""

    message_id: str
    consultation_id: str
    template: Template
    attempts: int
    parcel: Parcel
    unsure: Unsure | None = None
    """Set where an earlier try may have gone out."""


@dataclass
class Claims:
    """What one claim did. `looked_at` is 0 where there is nothing left to do."""

    looked_at: int
    going: list[Claimed]
    stopped: int = 0
    unreachable: int = 0


Claim = Callable[[Session, Desk], Claims]


def invitations(session: Session, desk: Desk) -> Claims:
    """The next few who are to be invited today."""
    waits = (LETTER_TO_PRINT, HELD, *((NOT_CHECKED,) if desk.authority.mailing_waits_for_check else ()))
    ids = session.scalars(
        select(Consultation.id)
        .where(Consultation.state == "due", Consultation.due_on <= desk.today, Consultation.closes_on >= desk.today)
        .where(func.coalesce(Consultation.reason, "").not_in(waits))
        .order_by(Consultation.due_on, Consultation.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()  # fmt: skip
    before = _invited_before(session, ids)
    claims = Claims(len(ids), [])
    people = _readable(session, desk, claims, ids)
    held = _not_checked(session, desk, people.values())
    for recipient in people.values():
        consultation = recipient.consultation
        if consultation.review_id in held and recipient.involvement is not None:
            consultation.reason = NOT_CHECKED
            continue
        purpose = f"invite:{consultation.id}"
        if times := before.get(consultation.id, 0):
            purpose += f":{times + 1}"
        consultation.asked_at = None
        _claim(session, desk, claims, recipient, _new(recipient, purpose, "invite", desk.now))
    return claims


def _not_checked(session: Session, desk: Desk, people: Iterable[Recipient]) -> frozenset[str]:
    """Reviews whose adults wait until the social worker has said that they may be asked. The child's own never waits:
    it reaches nobody new, and each day of it is the child's.
    """
    if not desk.authority.mailing_waits_for_check:
        return frozenset()
    return waiting(session, {one.consultation.review_id for one in people if one.involvement is not None})


def _invited_before(session: Session, ids: Iterable[str]) -> dict[str, int]:
    rows = session.execute(
        select(Message.consultation_id, func.count())
        .where(Message.consultation_id.in_(list(ids)), Message.template == "invite")
        .group_by(Message.consultation_id)
    )
    return {own: times for own, times in rows if own}


def reminders(session: Session, desk: Desk) -> Claims:
    """The next few whose reminder is due. Answered or not makes no difference: it tells nobody anything
    (A5b).
    """
    found = session.execute(
        select(Consultation.id, Consultation.closes_on, Consultation.asked_at)
        .where(
            Consultation.stage == "before", Consultation.state == "asked", Consultation.asked_at.is_not(None),
            Consultation.closes_on >= desk.today, or_(*_reminder_due(desk)),
        )
        .order_by(Consultation.closes_on, Consultation.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()  # fmt: skip
    claims = Claims(len(found), [])
    people = _readable(session, desk, claims, [row.id for row in found])
    before = _reminded_before(session, people)
    rules = desk.authority.timetable
    for row in (row for row in found if row.id in people):
        dates = dates_of(row.closes_on + dt.timedelta(days=rules.close_days_before), rules)
        people[row.id].consultation.reminders = sum(day <= desk.today for day in dates.reminders)
        these = f"remind:{row.id}:{row.closes_on}:"
        others = [made for purpose, made in before.get(row.id, {}).items() if not purpose.startswith(these)]
        number = reminder_now(dates, london(max([row.asked_at, *others])).date(), desk.today)
        if number is not None and f"{these}{number}" not in before.get(row.id, {}):
            message = _new(people[row.id], f"{these}{number}", "remind", desk.now)
            _claim(session, desk, claims, people[row.id], message)
    return claims


def _reminded_before(session: Session, ids: Iterable[str]) -> dict[str, dict[str, dt.datetime]]:
    """When each was reminded, by purpose: of these dates, or of others before the review moved."""
    found: dict[str, dict[str, dt.datetime]] = {}
    for own, purpose, made in session.execute(
        select(Message.consultation_id, Message.purpose, Message.made_at)
        .where(Message.consultation_id.in_(list(ids)), Message.template == "remind")
    ):  # fmt: skip
        found.setdefault(own or "", {})[purpose] = made
    return found


def _reminder_due(desk: Desk) -> list[Any]:
    rules = desk.authority.timetable
    days = sorted(set(rules.reminder_days_before), reverse=True)
    return [
        and_(
            Consultation.reminders < number,
            Consultation.closes_on <= desk.today + dt.timedelta(days=before - rules.close_days_before),
        )
        for number, before in enumerate(days, start=1)
    ] or [Consultation.id.is_(None)]


def again(session: Session, desk: Desk) -> Claims:
    """The next few that are to be tried again, or whose outcome was never written down."""
    found = session.scalars(
        select(Message)
        .where(
            Message.state.in_(("waiting", "sending")), Message.due_at <= desk.now,
            Message.template.in_(TEMPLATES), Message.consultation_id.is_not(None),
        )
        .order_by(Message.due_at, Message.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()  # fmt: skip
    claims = Claims(len(found), [])
    people = _readable(session, desk, claims, [m.consultation_id for m in found if m.consultation_id])
    for message in found:
        if message.consultation_id not in people:
            message.state, message.reason = "failed", UNREADABLE
            continue
        _claim(session, desk, claims, people[message.consultation_id], message)
    return claims


def _readable(session: Session, desk: Desk, claims: Claims, ids: Sequence[str]) -> dict[str, Recipient]:
    """The people; one that no key opens is set aside for staff, so that the others go on."""
    people = recipients(session, desk.vault, ids, desk.today)
    if lost := set(ids) - set(people):
        session.execute(
            update(Consultation)
            .where(Consultation.id.in_(lost))
            .values(state="unreachable", reason=UNREADABLE)
        )
        claims.unreachable += len(lost)
    return people


def _new(recipient: Recipient, purpose: str, template: Template, now: dt.datetime) -> Message:
    consultation = recipient.consultation
    return Message(
        id=new_id(), purpose=purpose, consultation_id=consultation.id, child_id=consultation.child_id, way="",
        template=template, language=consultation.language, state="sending", attempts=0, made_at=now, due_at=now,
    )  # fmt: skip


def _claim(session: Session, desk: Desk, claims: Claims, recipient: Recipient, message: Message) -> None:
    consultation = recipient.consultation
    tells = message.template in TELLING
    if tells and (late := _not_told(session, desk, recipient, message)):
        message.state, message.reason = late
        claims.stopped += 1
        return
    if not tells and (reason := recipient.refused(desk.today)):
        session.flush()
        stop(session, consultation.id, consultation.child_id, reason, desk.now)
        claims.stopped += 1
        return
    template = template_of(message)
    way, unreachable = _way(desk, recipient, message, template)
    if unreachable:
        consultation.state, consultation.reason = "unreachable", unreachable
        if message in session:
            message.state, message.reason = "failed", unreachable
        claims.unreachable += 1
        return
    unsure = _unsure(session, message, consultation.id)
    if not unsure and _held(session, desk, recipient, message, way, template):
        return
    message.way, message.state, message.reason = way, "sending", None
    message.attempts += 1
    message.due_at = desk.now + LEASE
    with_link = desk.messengers[way].carries_link and template not in SAYS_ALL
    if template == "invite":
        consultation.state, consultation.reason = ("asked", None) if with_link else ("due", LETTER_TO_PRINT)
    session.add(message)
    session.flush()
    packed = parcel(
        session, desk.letterhead, recipient, message.id, way, template, with_link, telling.begins_at(session, message)
    )  # fmt: skip
    claims.going.append(Claimed(message.id, consultation.id, template, message.attempts, packed, unsure))


def _not_told(session: Session, desk: Desk, recipient: Recipient, message: Message) -> tuple[str, str] | None:
    """The end of a message that tells, and why, where it may not go or can't: nobody is stopped by that, and who can't
    be reached was so before.
    """
    if reason := telling.refused(session, recipient, message, desk.now):
        return "stopped", reason
    way, unreachable = _way(desk, recipient, message, template_of(message))
    if unreachable:
        return "failed", unreachable
    no_post = telling.NO_POST.get(message.template) if way == "letter" else None
    return ("stopped", no_post) if no_post else None


def _way(
    desk: Desk, recipient: Recipient, message: Message, template: Template
) -> tuple[str, Unreachable | None]:
    """How this message goes: by text where WhatsApp has no template for it, or did not take it before."""
    way, unreachable = recipient.way(desk.messengers)
    if way != "whatsapp" or (message.way != "sms" and content_sid(desk.authority, template, recipient)):
        return way, unreachable
    return ("sms", None) if "sms" in desk.messengers else ("", "no_sender")


def _unsure(session: Session, message: Message, consultation_id: str) -> Unsure | None:
    """What to look for where an earlier try to a phone may have gone out; asked before this try makes its link."""
    lost = message.state == "sending" or message.reason == UNKNOWN
    if not lost or not message.attempts or message.way not in PHONE_WAYS:
        return None
    made = select(Link.token_hash).where(
        Link.consultation_id == consultation_id, Link.made_at >= message.made_at
    )
    return Unsure(message.way, message.made_at - A_LITTLE, frozenset(session.scalars(made)))


def _held(
    session: Session, desk: Desk, recipient: Recipient, message: Message, way: str, template: Template
) -> bool:
    """Whether it has to wait because of the hour: then it is written down, and has no link yet."""
    if way not in PHONE_WAYS or template == "reset":
        return False
    rules = desk.authority
    childs = recipient.involvement is None
    until = held_until(desk.now, rules.text_messages, rules.timetable.nation, childs)
    if until is None:
        return False
    message.way, message.state, message.reason, message.due_at = way, "waiting", HELD, until
    session.add(message)
    if template == "invite" and not message.attempts:
        recipient.consultation.state, recipient.consultation.reason = "due", HELD
    return True


def template_of(message: Message) -> Template:
    """Which words this message has."""
    return next((known for known in TEMPLATES if known == message.template), "invite")


def sent(session: Session, claimed: Claimed, provider_id: str, now: dt.datetime, parts: int = 0) -> None:
    """The messenger took it. Somebody whose letter waits to be printed isn't asked yet."""
    _settle(session, claimed, state="sent", reason=None, sent_at=now, provider_id=provider_id, parts=parts)
    if provider_id == TO_PRINT or claimed.template in TELLING:
        return
    session.execute(
        update(Consultation)
        .where(Consultation.id == claimed.consultation_id, Consultation.asked_at.is_(None))
        .values(asked_at=now)
    )


def put_off(session: Session, claimed: Claimed, reason: str, until: dt.datetime) -> None:
    """It is to be tried again at `until`."""
    _settle(session, claimed, state="waiting", reason=reason, due_at=until)


def by_text_instead(session: Session, claimed: Claimed, reason: str, now: dt.datetime) -> None:
    """WhatsApp did not take it: it goes to the same phone as a text, at once."""
    _settle(session, claimed, state="waiting", reason=reason, way="sms", due_at=now)


def gave_up(session: Session, claimed: Claimed, reason: str) -> None:
    """It can't be sent like this; staff see why, and hand the booklet over themselves."""
    _settle(session, claimed, state="failed", reason=reason)
    session.execute(
        update(Consultation)
        .where(Consultation.id == claimed.consultation_id, Consultation.state == "asked")
        .values(state="unreachable", reason=reason)
    )


def _settle(session: Session, claimed: Claimed, **values: Any) -> None:
    session.execute(
        update(Message)
        .where(Message.id == claimed.message_id, Message.state == "sending", Message.attempts == claimed.attempts)
        .values(**values)
    )  # fmt: skip


def reopen(session: Session, consultation_id: str) -> None:
    """Somebody who could not be reached is asked again."""
    session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.state == "unreachable")
        .values(state="asked", reason=None)
    )
