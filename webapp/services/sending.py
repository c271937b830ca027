"""Sends what is due, as often as anybody runs it: each message to each person once, and none without a fresh
check.

Per message: it is written down with its link and committed, handed to the messenger, and its outcome
committed. Where we stop in between nobody knows whether it went out: after ten minutes it is tried again
under the same Message-ID, so that the receiving side can tell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config import Authority, Settings
from webapp import logs
from webapp.booklet.definition import Booklet
from webapp.chat.parts import count
from webapp.clock import Clock
from webapp.messaging import GiveUp, Messenger, Provider, Sent, TryAgain
from webapp.messaging.port import UNKNOWN
from webapp.review.asking import PHONE_WAYS
from webapp.services import halfway, phones, telling
from webapp.services import sending_claims as claims
from webapp.services.auditing import note
from webapp.services.inviting import PlanReport, plan
from webapp.services.inviting_changes import stop
from webapp.services.recipients import Recipient, recipients
from webapp.services.sending_words import Letterhead, Parcel, parcel
from webapp.store import Consultation, Database, Link, Message, Vault

log = logs.get("sending")
BACK_OFF_MINUTES = (1, 5, 15, 30)
LINK = re.compile(r"/o/([A-Za-z0-9_-]{20,30})")
NOT_BY_WHATSAPP = frozenset({"window_closed", "not_on_whatsapp", "bad_template"})
RESTS_AFTER = 3
"""Tries in a row that fail on one way: it rests for this run, and the mail server is not hammered."""


@dataclass
class SendReport:
    """What one run did."""

    planned: PlanReport = field(default_factory=PlanReport)
    sent: dict[str, int] = field(default_factory=dict)
    """By way."""
    put_off: int = 0
    gave_up: int = 0
    stopped: int = 0
    unreachable: int = 0


Progress = Callable[[SendReport], None]


class NotPrinted(Exception):
    """This letter may not be printed now; `reason` is a code of asking, or `not_a_letter`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def send_due(
    db: Database, vault: Vault, authority: Authority, settings: Settings, booklets: Mapping[str, Booklet],
    messengers: Mapping[str, Messenger], clock: Clock, progress: Progress | None = None,
) -> SendReport:  # fmt: skip
    """Plan, then send invitations, reminders, what tells, and what is to be tried again. Safe to run twice, late, or at
    once.
    """
    report = SendReport()
    report.planned = plan(db, vault, authority, booklets, messengers.keys(), clock)
    telling.plan(db, clock)
    halfway.plan(db, vault, authority, clock)
    failing: dict[str, int] = {}
    for claim in (claims.again, claims.invitations, claims.reminders):
        while _some(
            db, claims.Desk(vault, authority, settings, messengers, clock()), claim, report, failing, clock
        ):
            if progress:
                progress(report)
    return report


def _some(
    db: Database,
    desk: claims.Desk,
    claim: claims.Claim,
    report: SendReport,
    failing: dict[str, int],
    clock: Clock,
) -> bool:
    """Claim a few and send them; False where there was nothing left."""
    with db.writing() as session:
        claimed = claim(session, desk)
    report.stopped += claimed.stopped
    report.unreachable += claimed.unreachable
    for one in claimed.going:
        _send(db, desk, one, report, failing, clock)
    return claimed.looked_at > 0


def _send(
    db: Database,
    desk: claims.Desk,
    one: claims.Claimed,
    report: SendReport,
    failing: dict[str, int],
    clock: Clock,
) -> None:
    way = one.parcel.way
    try:
        if failing.get(way, 0) >= RESTS_AFTER:
            raise TryAgain(UNKNOWN if one.unsure else "resting")
        taken, parts = _hand_over(db, desk, one)
    except TryAgain as error:
        failing[way] = failing.get(way, 0) + 1
        report.put_off += 1
        with db.writing() as session:
            claims.put_off(session, one, error.reason, clock() + back_off(one.attempts))
        return
    except GiveUp as error:
        with db.writing() as session:
            if way == "whatsapp" and error.reason in NOT_BY_WHATSAPP:
                report.put_off += 1
                claims.by_text_instead(session, one, error.reason, clock())
                return
            report.gave_up += 1
            claims.gave_up(session, one, error.reason)
            if way in PHONE_WAYS and error.reason == "opted_out":
                phones.refused(session, desk.vault.lookup("phone", one.parcel.phone), clock())
        return
    failing[way] = 0
    report.sent[way] = report.sent.get(way, 0) + 1
    with db.writing() as session:
        claims.sent(session, one, taken.provider_id, clock(), parts)


def _hand_over(db: Database, desk: claims.Desk, one: claims.Claimed) -> tuple[Sent, int]:
    """Pack it and hand it over, unless it went out already; with how many text messages it takes. A fault of our own in
    one message must not keep all others from going out.
    """
    try:
        outgoing = one.parcel.pack()
        parts = count(outgoing.body) if one.parcel.way == "sms" else 0
        if one.unsure and (before := _went_out(db, desk, one, one.unsure)):
            return before, parts
        return desk.messengers[one.parcel.way].send(outgoing), parts
    except (TryAgain, GiveUp):
        raise
    except Exception as error:
        log.error("not_sent", message=one.message_id, **logs.trouble(error))
        raise TryAgain("our_fault") from error


def _went_out(db: Database, desk: claims.Desk, one: claims.Claimed, unsure: claims.Unsure) -> Sent | None:
    """An earlier try of this message, told by its link among what the provider holds, or by its words where it has
    none; None where there is none. A provider that can't be asked is none: email has its own mark.
    """
    provider = desk.messengers.get(unsure.way)
    if not isinstance(provider, Provider):
        return None
    for held in provider.sent_to(unsure.way, one.parcel.phone, unsure.since):
        links = {desk.vault.lookup("token", token) for token in LINK.findall(held.body)}
        if links & unsure.tokens or (
            one.template in telling.SAYS_ALL and held.body == one.parcel.pack().body
        ):
            with db.reading() as session:
                known = session.scalar(select(Message.id).where(Message.provider_id == held.provider_id))
            if known in (None, one.message_id):
                return Sent(held.provider_id)
    return None


def back_off(attempts: int) -> dt.timedelta:
    """How long a message rests after so many tries."""
    return dt.timedelta(minutes=BACK_OFF_MINUTES[min(attempts, len(BACK_OFF_MINUTES)) - 1])


def try_again(session: Session, message_id: str, now: dt.datetime, actor: str) -> bool:
    """Staff mended something (an address, a full mailbox): a message that was given up goes once more."""
    message = session.get(Message, message_id)
    if message is None or message.state != "failed" or message.consultation_id is None:
        return False
    message.state, message.reason, message.due_at = "waiting", None, now
    claims.reopen(session, message.consultation_id)
    note(session, now, actor, "send_again", f"message:{message_id}", message.child_id)
    return True


def print_letter(
    session: Session, vault: Vault, authority: Authority, settings: Settings, message_id: str, now: dt.datetime,
    actor: str,
) -> Parcel:  # fmt: skip
    """The letter, with a link and code made now; those of an earlier printing of it die.

    Printing changes things, so it belongs behind a POST. Raises NotPrinted where it is no letter, or where
    the checks that go before every message say no (then the consultation is stopped: commit all the same).
    """
    made = letter_to_print(session, Letterhead(vault, authority, settings.public_url, now), message_id)
    letter_printed(session, made, actor)
    return made


def letter_to_print(session: Session, letterhead: Letterhead, message_id: str) -> Parcel:
    """The letter, with a link and code made now. It counts as printed once `letter_printed` says so.

    Raises NotPrinted as `print_letter` does.
    """
    message, recipient, refused = _to_print(session, letterhead, message_id, lock=True)
    if refused:
        stop(session, recipient.consultation.id, recipient.child.id, refused, letterhead.now)
        raise NotPrinted(refused)
    if not recipient.reach.get("address"):
        raise NotPrinted("no_address")
    return parcel(
        session, letterhead, recipient, message_id, "letter", claims.template_of(message), with_link=True
    )


def letter_printed(session: Session, made: Parcel, actor: str) -> None:
    """This letter is on paper: the link of an earlier printing dies, and whoever was to be asked by it is asked."""
    vault, now = made.letterhead.vault, made.letterhead.now
    message = session.get_one(Message, made.message_id, with_for_update=True)
    session.execute(
        update(Link)
        .where(Link.token_hash == message.provider_id, Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    message.provider_id = vault.lookup("token", made.token)
    consultation = session.get_one(Consultation, message.consultation_id)
    if consultation.state == "due" and message.template == "invite":
        consultation.state, consultation.reason, consultation.asked_at = "asked", None, now
    note(session, now, actor, "print_letter", f"message:{made.message_id}", message.child_id)


def printed_letter(
    session: Session, vault: Vault, authority: Authority, settings: Settings, message_id: str, now: dt.datetime,
    token: str, code: str, until: dt.date,
) -> Parcel:  # fmt: skip
    """The same letter once more, with the link and code of its last printing; changes nothing.

    Raises NotPrinted where it may not go out now, and `printed_since` where these are not of the last printing.
    """
    letterhead = Letterhead(vault, authority, settings.public_url, now)
    message, recipient, refused = _to_print(session, letterhead, message_id, lock=False)
    if refused:
        raise NotPrinted(refused)
    if message.provider_id != vault.lookup("token", token):
        raise NotPrinted("printed_since")
    bare = parcel(
        session, letterhead, recipient, message_id, "letter", claims.template_of(message), with_link=False
    )
    name, called = recipient.names()
    return replace(bare, to=replace(bare.to, name=name, greeting=called), token=token, code=code, until=until)


def _to_print(
    session: Session, letterhead: Letterhead, message_id: str, *, lock: bool
) -> tuple[Message, Recipient, str]:
    """The letter, whom it is for, and why it may not go to them now."""
    message = session.get(Message, message_id, with_for_update=lock)
    if message is None or message.way != "letter" or message.state != "sent" or not message.consultation_id:
        raise NotPrinted("not_a_letter")
    people = recipients(session, letterhead.vault, [message.consultation_id], letterhead.today)
    recipient = people[message.consultation_id]
    if message.template in telling.TELLING:
        return message, recipient, telling.refused(session, recipient, message, letterhead.now) or ""
    return message, recipient, recipient.refused(letterhead.today) or ""
