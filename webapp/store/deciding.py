"""What became of each wish of a child, and what was settled of the meeting. Each change is a new row."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Sealed, new_id


class Decision(Base):
    """What an officer decided about one wish. Sealed with the child's key."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_to_arrange", "passed_to", "arranged"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    wish: Mapped[Hash]
    """Keyed hash of the review and the wish's key: the key may come from a name."""
    record_id: Mapped[Id | None] = mapped_column(ForeignKey("record.id"))
    """The record in which the wish was asked so; empty where it was said in a talk, which makes none."""
    revision: Mapped[int]
    """Of that record; 0 where there is none."""
    outcome: Mapped[Code]
    """agreed, asked_for (somebody else must still confirm), changed or not_possible."""
    passed_to: Mapped[Code] = mapped_column(default="")
    """Whose work it is to arrange: unit, social_worker; empty: nobody was asked."""
    sealed: Mapped[Sealed]
    """JSON {key, digest, asked, instead, reason, note}: `asked` in staff's words, `reason` for the child, `note` for
    staff alone.
    """
    decided_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[Moment]
    told_at: Mapped[Moment | None]
    """Since when the child may read it."""
    superseded_at: Mapped[Moment | None]
    """Decided anew since, or opened again."""
    arranged: Mapped[Code] = mapped_column(default="")
    """Of what was passed on: done or cannot; empty while it waits. `passed_work` says who, when and why."""


class Settled(Base):
    """When and where a review will be, as its officer settled it."""

    __tablename__ = "settled"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    at: Mapped[Moment]
    record_due_on: Mapped[dt.date]
    """The day by which the record of the review has to be with everyone."""
    sealed: Mapped[Sealed]
    """JSON {place, place_for_others}, sealed with the child's key: the second for who may not know the address."""
    settled_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[Moment]
    told_at: Mapped[Moment | None]
    superseded_at: Mapped[Moment | None]
