"""What is kept of a review once it was held: who came, the letter to the child, half-way answers, parents' outcome."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Id, Moment, Plain, Sealed, new_id


class Attendance(Base):
    """Who came to a review and how the child took part, as its officer wrote it down. Each change is a new row.

    The one in force has no `superseded_at`.
    """

    __tablename__ = "attendance"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    child_attended: Mapped[bool]
    participation_code: Mapped[Code]
    """PN0 to PN7 (SSDA903), chosen by the officer."""
    suggested: Mapped[Code] = mapped_column(default="")
    """The code that was suggested when it was chosen; empty: none."""
    attended: Mapped[Plain] = mapped_column(default="")
    """Roles of those who came, each once, in order, parted by spaces: `parent carer_foster social_worker`."""
    involvements: Mapped[Plain] = mapped_column(default="")
    """Ids of the involvements of those who came, parted by spaces."""
    adjourned: Mapped[bool] = mapped_column(default=False)
    """It was begun and goes on on another day."""
    held_on: Mapped[dt.date]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]


class IroLetter(Base):
    """One version of the officer's letter to the child after a review. A sent one is never changed."""

    __tablename__ = "iro_letter"
    __table_args__ = (UniqueConstraint("review_id", "version"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    version: Mapped[int]
    language: Mapped[Code]
    """Of the fixed words; the officer's own words are as they typed them."""
    wording: Mapped[Code]
    """standard or easy."""
    sealed: Mapped[Sealed]
    """JSON of the sections, sealed with the child's key."""
    made_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]
    """Since when the child may read it; empty: a draft."""


class Halfway(Base):
    """What a child said, half-way to the next review, of whether what was agreed has happened. Each time a new row."""

    __tablename__ = "halfway"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    consultation_id: Mapped[Id] = mapped_column(ForeignKey("consultation.id"), index=True)
    language: Mapped[Code]
    sealed: Mapped[Sealed]
    """JSON {answers: [{what, who, by, said}], words}, sealed with the child's key."""
    said_at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]


class Outcome(Base):
    """What parents who were not at a review are told of it: chosen line by line, never a child's words."""

    __tablename__ = "outcome"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    sealed: Mapped[Sealed]
    """JSON {held_on, lines, words}, sealed with the child's key."""
    recipients: Mapped[Plain]
    """Ids of the consultations that may read it, parted by spaces: one, as it is sent now."""
    sent_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    sent_at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]
