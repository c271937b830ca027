"""Participation in figures: counted by month, and what a manager adds of what only the case system knows. No child."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, External, Id, Moment, Plain, new_id


class ReviewCount(Base):
    """How many reviews of one month had what, for one value of one part: foster, of placement. Counted anew by the
    worker.

    Plain, and not for publishing as it is: `webapp.review.counting` hides what is small.
    """

    __tablename__ = "review_count"
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    """Its first day."""
    part: Mapped[Code] = mapped_column(primary_key=True)
    """all, age, placement, area, iro, language, way, channel, code or came."""
    value: Mapped[External] = mapped_column(primary_key=True)
    reviews: Mapped[int]
    invited: Mapped[int]
    opened: Mapped[int]
    answered: Mapped[int]
    in_time: Mapped[int]
    decided: Mapped[int]
    """Reviews of which at least one wish was decided."""
    wishes: Mapped[int]
    """Wishes that were decided, and those that were agreed."""
    agreed: Mapped[int]
    recorded: Mapped[int]
    """Reviews of which it is written down who came."""
    attended: Mapped[int]


class HeardCount(Base):
    """How many children said after a review whether they were listened to. Raised once, when a child first sends it:
    what they said stays sealed.
    """

    __tablename__ = "heard_count"
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    """Of the review."""
    part: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[External] = mapped_column(primary_key=True)
    told: Mapped[int]
    heard: Mapped[int]


class YearFigure(Base):
    """A figure of the annual report that only the case system knows, as a manager typed it. Each change: a new row."""

    __tablename__ = "year_figure"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    year: Mapped[int] = mapped_column(index=True)
    """The year in which its April lies."""
    measure: Mapped[Code]
    count: Mapped[int]
    out_of: Mapped[int | None]
    source: Mapped[Plain]
    """Where it comes from: the name and day of a report."""
    noted_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    noted_at: Mapped[Moment]
    superseded_at: Mapped[Moment | None]
