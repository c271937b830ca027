"""Letters and booklets for many people in one press, made by the worker: one PDF for every few people.

Somebody whose papers can't be made is listed with the reason, and the others go on. A letter counts as printed once the
PDF that holds it is kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from config import Authority, Settings
from webapp import logs
from webapp.booklet.definition import Booklet
from webapp.clock import Clock, london
from webapp.documents.booklet_paper import STYLES, Style, WayIn, paper
from webapp.documents.booklet_pdf import NotMadeError, Part, papers_pdf
from webapp.documents.letter_pdf import UnreadError, letter_data
from webapp.messaging.letter import TO_PRINT
from webapp.services import auditing, guests_letters, jobs, looking, looking_day
from webapp.services.guests_sending import TEMPLATE as GUEST
from webapp.services.guests_sending import Takers
from webapp.services.jobs import Claimed
from webapp.services.looking_unit import unprinted
from webapp.services.printing import STYLE_OF, Press, paper_for, pictures
from webapp.services.recipients import recipients
from webapp.services.sending import NotPrinted, letter_printed, letter_to_print
from webapp.services.sending_words import Letterhead, Parcel
from webapp.services.staff import SignedIn
from webapp.store import (
    Child,
    Consultation,
    Database,
    Guest,
    GuestNotice,
    Involvement,
    Job,
    JobItem,
    Link,
    Message,
    Review,
    Vault,
    new_id,
)

KIND = "print"
INVITED = "invited"
"""Stands for a role: somebody whose letter invites them to a meeting."""
AT_MOST = 500
"""People in one job; the rest wait for the next."""
PER_FILE = 20
"""People in one PDF: what a printer takes at once, and a typesetter in some seconds."""
FILES_KEPT = dt.timedelta(hours=24)
WHATS = ("letters", "both", "booklets")
WHOMS = ("letters", "week", "silent", "unreachable", "list")
_IDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,79}")

_log = logs.get("printing")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is printed, for whom and how."""

    what: str = "letters"
    whom: str = "letters"
    style: str = ""
    """Empty: as each person needs it."""
    more: bool = False
    listed: str = ""
    """Numbers of reviews or children, as somebody typed them."""


@dataclass(frozen=True, slots=True)
class Made:
    """One person's papers, not printed yet."""

    item: Any
    parts: tuple[Part, ...]
    letter: Parcel | guests_letters.Ready | None


@dataclass(frozen=True, slots=True)
class Failed:
    """Somebody whose papers were not printed, and why."""

    review_id: str
    child_external_id: str
    name: str
    """The child's."""
    who: str
    reason: str


class NobodyError(Exception):
    """Nobody is meant by this."""


def start(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, wanted: Wanted
) -> str:  # fmt: skip
    """A job for everybody who is meant now, the first AT_MOST; gives its id. Raises NobodyError."""
    found = session.execute(_meant(wanted, london(now).date()).limit(AT_MOST)).all()
    if not found:
        raise NobodyError
    asked = {"what": wanted.what, "whom": wanted.whom, "style": wanted.style, "more": wanted.more}
    job_id, _ = jobs.make(session, vault, now, signed, KIND, "printing", asked)
    session.execute(
        insert(JobItem),
        [
            {"id": new_id(), "job_id": job_id, "position": n, "state": "waiting", "subject": row[0],
             "message_id": row[1]}
            for n, row in enumerate(found, start=1)
        ],
    )  # fmt: skip
    session.execute(update(Job).where(Job.id == job_id).values(total=len(found)))
    auditing.note(session, now, f"staff:{signed.id}", "print_in_bulk", f"job:{job_id}")
    return job_id


def counted(session: Session, now: dt.datetime) -> dict[str, int]:
    """How many people each choice would mean now, as far as one job goes."""
    today = london(now).date()
    found = {}
    for whom in WHOMS[:-1]:
        wanted = Wanted(what="letters" if whom == "letters" else "booklets", whom=whom)
        few = _meant(wanted, today).order_by(None).limit(AT_MOST + 1).subquery()
        found[whom] = session.scalar(select(func.count()).select_from(few)) or 0
    return found


def unknown(session: Session, listed: str) -> list[str]:
    """The numbers among those typed that no review and no child has; each once. A word without a digit is none."""
    found = _IDS.findall(listed)[: AT_MOST * 2]
    ids = [one for one in dict.fromkeys(found) if any(letter.isdigit() for letter in one)]
    known: set[str] = set()
    for column in (Review.external_id, Child.external_id):
        known.update(session.scalars(select(column).where(column.in_(ids))))
    return [one for one in ids if one not in known]


def _meant(wanted: Wanted, today: dt.date) -> Select[*tuple[Any, ...]]:
    """The consultation of each person, and their letter where one waits; whoever is only invited has that alone."""
    if wanted.what != "booklets" or wanted.whom == "letters":
        asked = Message.consultation_id.is_not(None)
        ours = asked if wanted.what == "booklets" else or_(asked, Message.template.startswith(GUEST))
        some = select(Message.consultation_id, Message.id).where(*unprinted(), ours)
        return some.order_by(Message.due_at, Message.id)
    query = select(Consultation.id, literal(None)).where(Consultation.closes_on >= today)
    if wanted.whom == "week":
        monday = today - dt.timedelta(days=today.weekday())
        within = Consultation.due_on.between(monday, monday + dt.timedelta(days=6))
        query = query.where(within, Consultation.state.in_(("due", "asked")))
    elif wanted.whom == "silent":
        query = query.where(
            Consultation.id.in_(
                looking_day.wanted("silent", today).with_only_columns(Consultation.id).order_by(None)
            )
        )
    elif wanted.whom == "unreachable":
        query = query.where(Consultation.state == "unreachable")
    else:
        ids = _IDS.findall(wanted.listed)[: AT_MOST * 2]
        named = select(Review.id).join(Child, Child.id == Review.child_id)
        named = named.where(or_(Review.external_id.in_(ids), Child.external_id.in_(ids)))
        query = query.where(Consultation.state != "stopped", Consultation.review_id.in_(named))
    return query.order_by(Consultation.closes_on, Consultation.id)


def go_on(session: Session, now: dt.datetime, signed: SignedIn, job_id: str) -> bool:
    """Print the rest of what was stopped. False where it was pressed before."""
    return jobs.press(session, now, signed, job_id, ("stopped", "broken"), "printing", "go_on_printing")


def work_once(
    db: Database, vault: Vault, authority: Authority, settings: Settings, booklets: Mapping[str, Booklet],
    takers: Takers, clock: Clock, worker: str,
) -> int:  # fmt: skip
    """Print the oldest job that waits, file by file; gives how many people's papers were made."""
    one = jobs.claim(db, vault, clock(), KIND, worker)
    if one is None:
        return 0
    printed = 0
    try:
        while items := _next(db, one):
            press = Press(vault, authority, settings, clock(), f"staff:{one.made_by}")
            papers = [_prepared(db, press, booklets, one, item) for item in items]
            made, pdf = _typeset(db, one, [each for each in papers if each], clock)
            printed += len(made)
            if _kept(db, vault, takers, one, clock, items[0].position, made, pdf):
                return printed
        with db.writing() as session:
            jobs.end(session, one, clock(), "done", files_until=clock() + FILES_KEPT)
    except jobs.LostError:
        return printed
    except Exception as error:
        _log.error("printing_broke", **logs.trouble(error))
        jobs.broken(db, one, clock(), FILES_KEPT)
    return printed


def _next(db: Database, one: Claimed) -> Sequence[Any]:
    with db.reading() as session:
        return session.execute(
            select(JobItem.id, JobItem.position, JobItem.subject, JobItem.message_id, JobItem.digest)
            .where(JobItem.job_id == one.id, JobItem.state == "waiting")
            .order_by(JobItem.position)
            .limit(PER_FILE)
        ).all()


def _prepared(
    db: Database, press: Press, booklets: Mapping[str, Booklet], one: Claimed, item: Any
) -> Made | None:
    """One person's papers, with a fresh code; None where they can't be made, which is kept with the reason."""
    reason = ""
    with db.writing() as session:
        jobs.keep(session, one, press.now)
        if item.digest:  # a worker died between the code and the paper: nobody has that one
            dead = update(Link).where(Link.token_hash == item.digest, Link.revoked_at.is_(None))
            session.execute(dead.values(revoked_at=press.now))
        try:
            made = (
                _papers(session, press, booklets, one.asked, item)
                if item.subject
                else _guests(session, press, one.asked, item)
            )
        except NotPrinted as error:
            reason = error.reason
        except UnreadError:
            reason = "not_this_one"
        values = {"state": "failed", "reason": reason} if reason else {"digest": made[2]}
        session.execute(update(JobItem).where(JobItem.id == item.id).values(**values))
    return None if reason else Made(item, tuple(made[0]), made[1])


def _guests(
    session: Session, press: Press, asked: Mapping[str, Any], item: Any
) -> tuple[list[Part], guests_letters.Ready, None]:
    """The letter to somebody who is invited, with the child's card where it goes along. Its link is made of our key, so
    there is no code that could be left behind. Raises NotPrinted and UnreadError.
    """
    if not _waits(session, item.message_id):
        raise NotPrinted("printed_since")
    made = guests_letters.letter_to_print(
        session, press.vault, press.settings.public_url, item.message_id, press.now
    )
    style = _style(asked, made.format)
    data = made.on_paper(press.authority, press.today, style, pictures(press.settings))
    return [Part("letter", data)], made, None


def _style(asked: Mapping[str, Any], format: str) -> Style:
    return next((s for s in STYLES if s == asked["style"]), STYLE_OF.get(format, "standard"))


def _papers(
    session: Session, press: Press, booklets: Mapping[str, Booklet], asked: Mapping[str, Any], item: Any
) -> tuple[list[Part], Parcel | None, str | None]:
    """Raises NotPrinted and UnreadError; what the checks stopped stays stopped."""
    recipient = recipients(session, press.vault, [item.subject], press.today).get(item.subject)
    if recipient is None:
        raise NotPrinted("not_asked")
    person = recipient.person or recipient.child
    style = _style(asked, person.format)
    parts: list[Part] = []
    letter, link = None, None
    if item.message_id and asked["what"] != "booklets":
        if not _waits(session, item.message_id):
            raise NotPrinted("printed_since")
        letterhead = Letterhead(press.vault, press.authority, press.settings.public_url, press.now)
        letter = letter_to_print(session, letterhead, item.message_id)
        parts.append(Part("letter", letter_data(letter.page(), style)))
        link = WayIn(letter.token, letter.code, letter.until)
    if asked["what"] != "letters":
        for name in recipient.consultation.booklets.split():
            made = paper_for(session, press, item.subject, booklets[name], style, asked["more"], link=link)
            if made is None:
                raise NotPrinted(recipient.refused(press.today) or "not_asked")
            link = link or made.way_in
            parts.append(Part("booklet", paper(booklets[name], made)))
    if not parts:
        raise NotPrinted("not_asked")
    return parts, letter, press.vault.lookup("token", link.token) if link else None


def _waits(session: Session, message_id: str) -> bool:
    """True while nobody has printed this letter. Where somebody did in between, both papers' codes are good."""
    return session.scalar(select(Message.provider_id).where(Message.id == message_id)) == TO_PRINT


def _typeset(
    db: Database, one: Claimed, papers: Sequence[Made], clock: Clock
) -> tuple[Sequence[Made], bytes]:
    """One PDF of all; where it can't be made, of those that can, and the others are kept as failed."""
    title = "Letters and booklets"
    if not papers:
        return (), b""
    try:
        return papers, papers_pdf([part for made in papers for part in made.parts], title)
    except NotMadeError as error:
        _log.error("not_typeset", code=str(error)[:200])
    good = []
    for made in papers:
        try:
            papers_pdf(made.parts, title)
            good.append(made)
        except NotMadeError:
            with db.writing() as session:
                jobs.keep(session, one, clock())
                failed = update(JobItem).where(JobItem.id == made.item.id)
                session.execute(failed.values(state="failed", reason="not_made"))
    return good, papers_pdf([part for made in good for part in made.parts], title) if good else b""


def _kept(
    db: Database, vault: Vault, takers: Takers, one: Claimed, clock: Clock, position: int, made: Sequence[Made],
    pdf: bytes,
) -> bool:  # fmt: skip
    """Keep the file and count its letters as printed; gives whether somebody pressed Stop. Raises LostError."""
    with db.writing() as session:
        jobs.keep(session, one, clock())
        for each in made:
            printed = update(JobItem).where(JobItem.id == each.item.id, JobItem.state == "waiting")
            session.execute(printed.values(state="printed", file=position))
            by = f"staff:{one.made_by}"
            if each.letter is None or not _waits(session, each.letter.message_id):
                continue
            if isinstance(each.letter, Parcel):
                letter_printed(session, each.letter, by)
            else:
                guests_letters.letter_printed(session, vault, takers, each.letter, clock(), by)
        if made:
            jobs.add_file(session, one.key, one.id, position, pdf, len(made))
        left = select(func.count()).where(JobItem.job_id == one.id, JobItem.state != "waiting")
        stop = jobs.keep(session, one, clock(), done=session.scalar(left) or 0)
        if stop:
            jobs.end(session, one, clock(), "stopped", reason="pressed", files_until=clock() + FILES_KEPT)
        return stop


def failed_of(session: Session, vault: Vault, job_id: str) -> list[Failed]:
    """Whose papers were not printed, with the reason; two queries."""
    role = func.coalesce(Involvement.role, Consultation.who)
    rows = session.execute(
        select(JobItem.position, JobItem.reason, Consultation.review_id, Child.id, Child.key, Child.external_id,
               Child.known_as, Child.family_name, role.label("who"))
        .join(Consultation, Consultation.id == JobItem.subject)
        .join(Child, Child.id == Consultation.child_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .where(JobItem.job_id == job_id, JobItem.state == "failed")
    ).all()  # fmt: skip
    invited = session.execute(
        select(JobItem.position, JobItem.reason, Guest.review_id, Child.id, Child.key, Child.external_id,
               Child.known_as, Child.family_name, literal(INVITED).label("who"))
        .join(GuestNotice, GuestNotice.message_id == JobItem.message_id)
        .join(Guest, Guest.id == GuestNotice.guest_id)
        .join(Child, Child.id == Guest.child_id)
        .where(JobItem.job_id == job_id, JobItem.state == "failed", JobItem.subject.is_(None))
    ).all()  # fmt: skip
    found = []
    for row in sorted((*rows, *invited), key=lambda one: one.position):
        key = looking.child_key(vault, row.id, row.key)
        names = [key.open(getattr(row, n), f"child.{n}:{row.id}") for n in ("known_as", "family_name")]
        found.append(Failed(row.review_id, row.external_id, " ".join(names), row.who, row.reason or ""))
    return found


def take(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, job: jobs.Seen, position: int
) -> bytes | None:
    """One PDF, for whoever had it printed and nobody else; None where it is not theirs, or gone."""
    if job.made_by != signed.id:
        return None
    content = jobs.content(session, job.key, job.id, position, now)
    if content is not None:
        jobs.taken(session, now, signed, job.id, position)
    return content
