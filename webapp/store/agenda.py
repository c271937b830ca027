"""The agenda of a review as its officer keeps it. Each save is a new row; the newest version is the one that holds."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Id, Moment, Sealed, new_id


class Agenda(Base):
    """One version of a review's agenda. Sealed with the child's key."""

    __tablename__ = "agenda"
    __table_args__ = (UniqueConstraint("review_id", "version"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"))
    version: Mapped[int]
    """1, 2, 3, ...: two saves at once can't both be the next."""
    sealed: Mapped[Sealed]
    """JSON list of {key, words, out}: in the officer's order; `words` where the officer chose their own."""
    made_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[Moment]
