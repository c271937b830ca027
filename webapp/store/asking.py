"""What somebody asks for at any time, beside any booklet; and words that wait for somebody who reads their language."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Sealed, new_id


class Request(Base):
    """One thing that somebody asked for: a talk, an advocate, a review sooner, another answer. Never changed."""

    __tablename__ = "request"
    __table_args__ = (
        Index("ix_request_state_made", "state", "made_at"),
        Index("ix_request_consultation_made", "consultation_id", "made_at"),
    )
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[Id] = mapped_column(ForeignKey("consultation.id"))
    """Who asked, and on which road."""
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"), index=True)
    kind: Mapped[Code]
    """contact_iro, advocate, sooner, disagree or talk."""
    who: Mapped[Code]
    """child, parent, carer, adopter or observer."""
    wants: Mapped[Code] = mapped_column(default="")
    """How they want to hear: write, ring or visit; empty: they did not say."""
    press: Mapped[Hash] = mapped_column(unique=True)
    """Keyed hash of what made it, a form or a text message: the same one twice makes one request."""
    sealed: Mapped[Sealed]
    """JSON {words, reach}, sealed with the child's key: what they typed, and how best to reach them."""
    channel: Mapped[Code]
    language: Mapped[Code]
    typed_by: Mapped[Code] = mapped_column(default="")
    """`staff:ID` where a worker sat at their side."""
    made_at: Mapped[Moment]
    state: Mapped[Code] = mapped_column(default="new")
    """new, seen, answered or closed."""
    seen_at: Mapped[Moment | None]
    answer: Mapped[Sealed | None]
    """What the officer says to them, in words for them."""
    answered_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[Moment | None]
    closed_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[Moment | None]
    arranged_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    arranged_at: Mapped[Moment | None]
    """The Review Unit has arranged what was asked for, or passed it on."""


class Translation(Base):
    """Words in a language that their reader doesn't read: who was asked to translate them, and what they say. Of a
    child, a parent or a carer to the officer, or of an officer to them.
    """

    __tablename__ = "translation"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"), index=True)
    response_id: Mapped[Id | None] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[Code] = mapped_column(default="")
    request_id: Mapped[Id | None] = mapped_column(ForeignKey("request.id"))
    """Of an answer, or of a request; of neither: an officer's own."""
    words: Mapped[Hash]
    """Keyed hash of the words themselves: once they change, this is no translation of them."""
    language: Mapped[Code]
    """That of the words; of an officer's own, that of who reads them."""
    asked_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[Moment]
    of_whom: Mapped[Sealed]
    """Who was asked, in words."""
    done: Mapped[Sealed | None]
    """JSON {text, by}: the words in the reader's language, and who translated them. Sealed with the child's key, as
    `of_whom`.
    """
    done_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    """Who put it in."""
    done_at: Mapped[Moment | None]
