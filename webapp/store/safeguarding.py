"""Worries: someone may not be safe, and a person has to look."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Id, Moment, Sealed, new_id


class Worry(Base):
    """Raised by a press of "I'm not safe" or by screening; stands on the staff pages until someone takes it."""

    __tablename__ = "worry"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"), index=True)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    consultation_id: Mapped[Id | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    """Of whoever raised it, where they were asked about that review."""
    source: Mapped[Code]
    """button (words come with it or later) or screening."""
    raised_by: Mapped[Code]
    """The respondent's role: child, parent, carer, adopter, observer; guest: somebody invited to the meeting."""
    recognised: Mapped[bool] = mapped_column(default=True)
    """False where the person had not yet said the one thing they know."""
    booklet_id: Mapped[Code | None]
    question_id: Mapped[Code | None]
    """The page they were on, or the answer that worried us."""
    words: Mapped[Sealed | None]
    """What they added, sealed with the child's key."""
    urgent: Mapped[bool] = mapped_column(default=False)
    """Now or soon, by what was screened. A press is always looked at first."""
    about: Mapped[Code] = mapped_column(default="")
    """Who of those who work with the child it may be about (iro, social_worker, carer), parted by blanks."""
    raised_at: Mapped[Moment]
    mistake_at: Mapped[Moment | None]
    """They said that they pressed it by mistake. It still stands: a person looks."""
    taken_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[Moment | None]
    escalated_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    outcome: Mapped[Sealed | None]
    """What was done, sealed with the child's key."""
