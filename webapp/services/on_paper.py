"""Booklets that come back on paper: that they arrived, the sealed pages handed on unopened, and keying the rest in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet
from webapp.services import access, auditing, own_secret
from webapp.services.staff import SignedIn, still_here
from webapp.services.visits import stopped
from webapp.store import (
    AnswerHistory,
    Child,
    Consultation,
    Involvement,
    PaperBooklet,
    Response,
    Review,
    Vault,
    Visit,
)

CHANNEL = "paper"


class NotKeyedError(Exception):
    """This paper can't be keyed in; `code` says why: done, own (they began themselves), stopped or over."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Came:
    """One booklet that came back on paper."""

    id: str
    booklet_id: str
    arrived_at: dt.datetime
    state: str
    sealed_pages: str
    done_at: dt.datetime | None


def came(session: Session, consultation_ids: Sequence[str]) -> dict[str, tuple[Came, ...]]:
    """What came back from each of these people, the latest first; one query."""
    rows = session.scalars(
        select(PaperBooklet)
        .where(PaperBooklet.consultation_id.in_(consultation_ids))
        .order_by(PaperBooklet.arrived_at.desc(), PaperBooklet.id)
    )
    found: dict[str, tuple[Came, ...]] = {}
    for r in rows:
        one = Came(r.id, r.booklet_id, r.arrived_at, r.state, r.sealed_pages, r.done_at)
        found[r.consultation_id] = (*found.get(r.consultation_id, ()), one)
    return found


def arrived(
    session: Session, now: dt.datetime, signed: SignedIn, consultation_id: str, booklet_id: str, sealed: bool
) -> str | None:
    """A booklet came by post or by hand; gives its id. Nothing of what it says is kept here.

    None where it is none of this person's booklets.
    """
    asked = session.get_one(Consultation, consultation_id)
    if booklet_id not in asked.booklets.split():
        return None
    made = PaperBooklet(
        consultation_id=consultation_id, booklet_id=booklet_id, arrived_at=now, arrived_by=signed.id,
        state="to_key", sealed_pages="to_hand" if sealed else "none", open=True,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, now, signed.id, "paper_arrived", made)
    return made.id


def handed(session: Session, now: dt.datetime, signed: SignedIn, paper_id: str, whole: bool = False) -> bool:
    """The sealed pages were handed to the reviewing officer unopened; or the whole booklet was, and none is keyed in.

    False where that was done before.
    """
    paper = session.get_one(PaperBooklet, paper_id, with_for_update=True, populate_existing=True)
    if paper.sealed_pages != "to_hand" and not (whole and paper.state == "to_key"):
        return False
    if whole and paper.state == "to_key":
        paper.state = "handed"
    if paper.sealed_pages == "to_hand":
        paper.sealed_pages = "handed"
    _settle(paper, now)
    _note(session, now, signed.id, "paper_handed" if whole else "sealed_pages_handed", paper)
    return True


def begin(
    session: Session,
    vault: Vault,
    booklets: Mapping[str, Booklet],
    now: dt.datetime,
    signed: SignedIn,
    paper_id: str,
) -> access.Opened:
    """A visit in which this member of staff types what the paper says; its answers carry their name.

    What the person said themselves stays closed: raises NotKeyedError where there is any, or where it can't be now.
    From here on the person's own links, also those on the paper, open none of it: only one that is sent to them anew.
    """
    paper = session.get_one(PaperBooklet, paper_id, with_for_update=True, populate_existing=True)
    if why := why_not(session, paper):
        raise NotKeyedError(why)
    if still_here(session, signed.id) is None:
        raise NotKeyedError("stopped")
    own_secret.begin_by_text(session, vault, booklets, paper.consultation_id, now)
    opened = access.begin_on_paper(session, vault, paper.consultation_id, paper_id, signed.id, now)
    _note(session, now, signed.id, "key_in_paper", paper)
    return opened


def why_not(session: Session, paper: PaperBooklet) -> str:
    """Why it can't be keyed in; empty where it can."""
    if paper.state != "to_key":
        return "done"
    row = session.execute(
        select(
            Consultation.state, Consultation.stage, Consultation.secret_kind, Consultation.involvement_id, Child.hold,
            Review.status, Involvement.hold.label("own_hold"), Involvement.ended_at.label("role_ended_at"),
            Involvement.no_contact, Involvement.role, Involvement.consulted, Involvement.parental_responsibility,
            Consultation.who, Consultation.child_id, Consultation.respondent,
        )
        .join(Child, Child.id == Consultation.child_id)
        .join(Review, Review.id == Consultation.review_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .where(Consultation.id == paper.consultation_id)
    ).one()  # fmt: skip
    if row.secret_kind is not None or _said_themselves(session, paper.consultation_id):
        return "own"
    if row.status == "cancelled" or (row.status == "held" and row.stage != "after"):
        return "over"
    return "stopped" if stopped(row) else ""


def _said_themselves(session: Session, consultation_id: str) -> bool:
    """True where anything of theirs came another way than through the Review Unit's hands."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Response.consultation_id == consultation_id,
                    AnswerHistory.response_id == Response.id,
                    AnswerHistory.channel != CHANNEL,
                )
            )
        )
    )


def keyed(session: Session, now: dt.datetime, visit_id: str) -> None:
    """All of it is typed and sent: the visit is over, and nobody opens it again from here."""
    visit = session.get_one(Visit, visit_id)
    paper = session.get_one(PaperBooklet, visit.paper_id, with_for_update=True, populate_existing=True)
    access.end(session, visit_id, now)
    if paper.state == "to_key":
        paper.state = "keyed"
        _settle(paper, now)
        _note(session, now, visit.helper_staff_id or "", "paper_keyed", paper)


def consultation_of(session: Session, paper_id: str) -> tuple[str, str] | None:
    """The review and the consultation of a paper booklet."""
    row = session.execute(
        select(Consultation.review_id, Consultation.id)
        .join(PaperBooklet, PaperBooklet.consultation_id == Consultation.id)
        .where(PaperBooklet.id == paper_id)
    ).first()
    return (row[0], row[1]) if row else None


def _settle(paper: PaperBooklet, now: dt.datetime) -> None:
    if paper.state != "to_key" and paper.sealed_pages != "to_hand":
        paper.open, paper.done_at = False, now


def _note(session: Session, now: dt.datetime, staff_id: str, action: str, paper: PaperBooklet) -> None:
    child_id = session.get_one(Consultation, paper.consultation_id).child_id
    auditing.note(session, now, f"staff:{staff_id}", action, f"paper_booklet:{paper.id}", child_id)
