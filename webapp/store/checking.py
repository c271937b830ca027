"""What a child's social worker checks and brings: who may be asked, what was said in a talk, and work passed on.

Everything that was typed is sealed with the child's key. Each change is a new row.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Sealed, new_id


class PersonCheck(Base):
    """Whether one person may be contacted about one review: somebody the child added, or somebody in the case."""

    __tablename__ = "person_check"
    __table_args__ = (Index("ix_person_check_review_involvement", "review_id", "involvement_id"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"))
    wish: Mapped[Hash | None] = mapped_column(index=True)
    """Of somebody the child added: the keyed hash of the review and the wish's key, as in `decision`. Else none."""
    involvement_id: Mapped[Id | None] = mapped_column(ForeignKey("involvement.id"))
    """The person in the case whom this is about; with a wish: who the added person turned out to be."""
    outcome: Mapped[Code]
    """may_be_asked, may_not, or same_as (an involvement)."""
    sealed: Mapped[Sealed]
    """JSON {key, name, relation, note, reach}: `note` for staff alone, `reach` as in `involvement`, typed by whoever
    checked.
    """
    checked_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    checked_at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]


class MailingCheck(Base):
    """One press: these people may be asked about this review. It holds for the set of people as it was then."""

    __tablename__ = "mailing_check"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    version: Mapped[Hash]
    """A digest of who is in the set, and of what the case system says of each."""
    sealed: Mapped[Sealed]
    """JSON list of the set as it was, so that what changed since can be told."""
    checked_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    checked_at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]
    """Pressed anew, or the set is another since."""


class StatutoryTalk(Base):
    """What a child said about who and where in the talk with their social worker, as the worker typed it."""

    __tablename__ = "statutory_talk"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    held_on: Mapped[dt.date]
    """The day of the talk."""
    sealed: Mapped[Sealed]
    """JSON {people: [{person, name, come}], others, where, not_where, when, else}."""
    typed_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    typed_at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]


class PassedWork(Base):
    """What became of a decision whose arranging was passed on: it is done, or can't be."""

    __tablename__ = "passed_work"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    decision_id: Mapped[Id] = mapped_column(ForeignKey("decision.id"), index=True)
    state: Mapped[Code]
    """done, cannot, or open (taken back)."""
    sealed: Mapped[Sealed]
    """JSON {note}, in staff's words."""
    by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]
