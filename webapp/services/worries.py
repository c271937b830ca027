"""Worries: a press of "I'm not safe", and telling people who can act, until one of them does
(threats.md S2, S3, S10).

The messages are rows made with the worry, in one transaction: a press that was acknowledged can't be without
its alert. They go to the duty mailboxes, two at least, to the IRO and to whoever stands in for them now: who a worry is
about can't be told from a press, so it never rests with one person; what is typed with it is read (`screening`).
What an adult raises may be about a carer or a member of staff: it goes to the designated officers at once, and so does
whatever escalates. Staff's side (list, take, close) is in `duty`; sending is in `alerting`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Authority, Signpost
from webapp.clock import LONDON, london
from webapp.review.timetable import is_working_day
from webapp.services import to_read
from webapp.services.auditing import note
from webapp.services.whose import officers, sees_worry
from webapp.store import Child, Consultation, Key, Message, Review, Staff, Vault, Worry, new_id

SAME_PRESS = dt.timedelta(minutes=10)
"""Pressing again within this time adds to the same worry."""
SCREENING = "screening"
SAME_FLOOD = dt.timedelta(hours=1)
"""For so long what is found in the same person's answers adds to one worry, until somebody takes it."""
STILL_THEIRS = dt.timedelta(hours=24)
"""For so long a visit still sees the worry that it raised."""
TEMPLATE = "worry"
WORDS = "worry.words:"


@dataclass(frozen=True, slots=True)
class Truth:
    """Who will see a press, and when. Never that somebody is watching: only when people are at work."""

    office_hours: bool
    seen_by: Signpost
    """The day duty in office hours, else the out-of-hours number."""
    opens_at: dt.datetime
    """When the office next opens, on London's clock; in office hours, now."""


def raise_worry(
    session: Session, vault: Vault, authority: Authority, *, now: dt.datetime, consultation_id: str | None = None,
    review_id: str = "", visit_id: str = "", source: str = "button", recognised: bool = True,
    booklet_id: str | None = None, question_id: str | None = None, words: str = "", urgent: bool = False,
    about: Collection[str] = (), raised_by: str = "",
) -> Worry:  # fmt: skip
    """Raise a worry and write the messages about it, or give the one that the same person raised a moment
    ago.

    `recognised` is False where whoever pressed hasn't yet said the one thing they know. A worry that was
    closed, or called a mistake, is not the same any more: a new press raises a new one. A question without its booklet
    is one of their first booklet. What screening finds in one person's answers is one worry for an hour, so that a
    flood of it hides nobody else's; but it is a new one once somebody has taken that, or where this is urgent and that
    was not (threats.md S7). `raised_by` is who said it, where that is nobody who was asked: then it needs the review
    instead of a consultation. `about` names who it goes round: neither the IRO nor whoever stands in for them is told
    of what may be about the IRO, and the designated officers are told of all of these.
    """
    asked, review, child = _whose(session, consultation_id, review_id)
    key = vault.key(child.key, f"child:{child.id}")
    actor = f"visit:{visit_id}" if visit_id else "system"
    who = raised_by or (asked.who if asked else "")
    found = _standing(session, review.id, consultation_id, source, now, urgent, about, who)
    if found is None:
        found = Worry(
            id=new_id(), child_id=child.id, review_id=review.id, consultation_id=consultation_id, source=source,
            raised_by=who, recognised=recognised, question_id=question_id, raised_at=now, urgent=urgent,
            booklet_id=booklet_id or (asked.booklets.split()[0] if asked and question_id else None),
            about=" ".join(sorted(about)),
        )  # fmt: skip
        session.add(found)
        session.flush()
        more = authority.duty.designated_officer_emails if who != "child" or about else ()
        _tell(
            session,
            key,
            found,
            1,
            [*authority.duty.emails, *_officers(session, review, found, now), *more],
            now,
        )
        note(session, now, actor, "worry_raised", f"worry:{found.id}", child.id)
    else:
        found.recognised = found.recognised or recognised
        note(session, now, actor, "worry_again", f"worry:{found.id}", child.id)
    if words:
        _add(session, key, found, words, now)
    return found


def _standing(
    session: Session,
    review_id: str,
    consultation_id: str | None,
    source: str,
    now: dt.datetime,
    urgent: bool,
    about: Collection[str],
    who: str,
) -> Worry | None:
    """The worry that this one adds to."""
    same = [
        Worry.review_id == review_id, Worry.consultation_id == consultation_id, Worry.source == source,
        Worry.closed_at.is_(None), Worry.mistake_at.is_(None),
    ]  # fmt: skip
    if source == SCREENING:
        same += [Worry.raised_at > now - SAME_FLOOD, Worry.taken_at.is_(None)]
        same += [Worry.about == " ".join(sorted(about)), Worry.raised_by == who]
        same += [Worry.urgent.is_(True)] if urgent else []
    else:
        same.append(Worry.raised_at > now - SAME_PRESS)
    wanted = select(Worry).where(*same).order_by(Worry.raised_at.desc()).limit(1)
    return session.scalars(wanted.with_for_update()).first()


def latest_of(session: Session, consultation_id: str, now: dt.datetime) -> Worry | None:
    """The newest worry of this person's booklet that still stands and was raised in the last day."""
    return session.scalars(
        select(Worry)
        .where(
            Worry.consultation_id == consultation_id, Worry.source == "button", Worry.closed_at.is_(None),
            Worry.raised_at > now - STILL_THEIRS,
        )
        .order_by(Worry.raised_at.desc())
        .limit(1)
    ).first()  # fmt: skip


def add_words(session: Session, vault: Vault, worry_id: str, words: str, now: dt.datetime) -> None:
    """Add what they typed, below what they typed before. The same words sent twice stand once."""
    worry = session.scalars(select(Worry).where(Worry.id == worry_id).with_for_update()).one()
    child = session.get_one(Child, worry.child_id)
    _add(session, vault.key(child.key, f"child:{child.id}"), worry, words, now)
    note(session, now, "system", "worry_words", f"worry:{worry_id}", worry.child_id)


def of_words(source: str | None) -> str:
    """The worry whose own words are to be read; empty where they are no worry's."""
    return source.removeprefix(WORDS) if source and source.startswith(WORDS) else ""


def goes_round(
    session: Session, vault: Vault, authority: Authority, worry_id: str, about: Collection[str], now: dt.datetime
) -> None:  # fmt: skip
    """What was typed with a press says whom it may be about: it goes round them from now on, as what screening finds
    does, and the designated officers are told where nobody had told them.
    """
    worry = session.scalars(select(Worry).where(Worry.id == worry_id).with_for_update()).one()
    before = worry.about
    worry.about = " ".join(sorted({*before.split(), *about}))
    if worry.about and not before and worry.raised_by == "child":
        child = session.get_one(Child, worry.child_id)
        key = vault.key(child.key, f"child:{child.id}")
        _tell(session, key, worry, 2, authority.duty.designated_officer_emails, now)
    if worry.about != before:
        note(session, now, "system", "worry_goes_round", f"worry:{worry_id}", worry.child_id)


def mark_mistake(session: Session, worry_id: str, now: dt.datetime) -> None:
    """They say that they pressed by mistake. The worry stands: a person looks all the same."""
    worry = session.scalars(select(Worry).where(Worry.id == worry_id).with_for_update()).one()
    if worry.mistake_at is None:
        worry.mistake_at = now
        note(session, now, "system", "worry_mistake", f"worry:{worry_id}", worry.child_id)


def escalate(session: Session, vault: Vault, authority: Authority, worry: Worry, now: dt.datetime) -> None:
    """Tell the next people and the designated officers: nobody took it in time, no message about it got through, or
    whoever took it has not closed it. A mailbox whose last message still waits gets no second one.
    """
    child = session.get_one(Child, worry.child_id)
    worry.escalated_at = now
    key = vault.key(child.key, f"child:{child.id}")
    before = session.scalars(select(Message).where(Message.purpose.startswith(f"worry:{worry.id}:"))).all()
    round_ = max((int(one.purpose.split(":")[2]) for one in before), default=1) + 1
    waiting = {
        key.open_some(one.to_sealed, f"message.to_sealed:{one.id}").casefold()
        for one in before
        if one.state != "sent" and not one.purpose.startswith(f"worry:{worry.id}:1:")
    }
    mailboxes = (*authority.duty.escalation_emails, *authority.duty.designated_officer_emails)
    _tell(
        session, key, worry, round_, [one for one in mailboxes if one.strip().casefold() not in waiting], now
    )
    note(session, now, "system", "worry_escalated", f"worry:{worry.id}", worry.child_id)


def iro_is_told(session: Session, review_id: str) -> bool:
    """True where this review's officer has an open account with a mailbox: only then may we say that they hear."""
    officer = select(Staff.email).join(Review, Review.iro_id == Staff.id)
    return bool(session.scalar(officer.where(Review.id == review_id, Staff.active.is_(True))))


def truth_for(authority: Authority, now: dt.datetime) -> Truth:
    """What may truthfully be said to somebody who presses now. Office hours are London's, on working days."""
    here, rules = london(now), authority.timetable
    opens, closes = (dt.time.fromisoformat(text) for text in rules.office_hours)
    if is_working_day(here.date(), rules.nation) and opens <= here.time() < closes:
        return Truth(True, authority.duty.day, here)
    day = here.date() if here.time() < opens else here.date() + dt.timedelta(days=1)
    while not is_working_day(day, rules.nation):
        day += dt.timedelta(days=1)
    return Truth(False, authority.duty.night, dt.datetime.combine(day, opens, LONDON))


def _whose(
    session: Session, consultation_id: str | None, review_id: str
) -> tuple[Consultation | None, Review, Child]:
    """The booklet's row, or the review's where there is none, locked: a double press is two requests at once."""
    asked = None
    if consultation_id:
        wanted = select(Consultation).where(Consultation.id == consultation_id)
        asked = session.scalars(wanted.with_for_update()).one()
        review = session.get_one(Review, asked.review_id)
    else:
        review = session.scalars(select(Review).where(Review.id == review_id).with_for_update()).one()
    return asked, review, session.get_one(Child, review.child_id)


def _officers(session: Session, review: Review, worry: Worry, now: dt.datetime) -> list[str | None]:
    """Mailboxes of the review's officer, and of those who stand in for them and see this worry on their page."""
    if "iro" in worry.about.split():
        return []

    def sees(one: Staff) -> bool:
        theirs = select(Worry.id).where(Worry.id == worry.id, sees_worry(one.id))
        return one.id == review.iro_id or ("iro" in one.roles.split() and bool(session.scalar(theirs)))

    return [one.email for one in officers(session, review, now) if one.active and sees(one)]


def _tell(
    session: Session, key: Key, worry: Worry, round_: int, mailboxes: Iterable[str | None], now: dt.datetime
) -> None:
    """One message for each mailbox; the same mailbox in two spellings is one."""
    known = {
        address.strip().casefold(): address.strip() for address in mailboxes if address and address.strip()
    }
    for number, address in enumerate(known.values(), start=1):
        message_id = new_id()
        session.add(
            Message(
                id=message_id, purpose=f"worry:{worry.id}:{round_}:{number}", child_id=worry.child_id, way="email",
                template=TEMPLATE, language="en", made_at=now, due_at=now,
                to_sealed=key.seal(address, f"message.to_sealed:{message_id}"),
            )
        )  # fmt: skip
    session.flush()


def _add(session: Session, key: Key, worry: Worry, words: str, now: dt.datetime) -> None:
    """Below what was typed before; what somebody typed with a press is read for whom it may be about."""
    where = f"{WORDS}{worry.id}"
    before = key.open_some(worry.words, where)
    if before == words or before.endswith(f"\n\n{words}"):
        return
    worry.words = key.seal(f"{before}\n\n{words}" if before else words, where)
    if worry.source != SCREENING:
        to_read.put(
            session, now, source=where, sealed=worry.words, language="", review_id=worry.review_id,
            consultation_id=worry.consultation_id,
        )  # fmt: skip
