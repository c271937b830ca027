"""Pictures that somebody drew or photographed as an answer, and what they said aloud."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Id, Moment, Sealed, new_id


class Attachment(Base):
    """One picture beside the answer to a question: never what came in, always what we made of it."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_question", "response_id", "question_id"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[Id] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[Code]
    kind: Mapped[Code]
    """drawing, photo, or voice: a voice note, which is kept as it came."""
    media_type: Mapped[Code]
    sealed: Mapped[Sealed]
    """The picture's bytes, sealed with the response's key."""
    small: Mapped[Sealed]
    """The same, small enough for a page; always a JPEG. Nothing, of sound."""
    made_at: Mapped[Moment]
    removed_at: Mapped[Moment | None]
    """The person took it away. It is kept, as answers are: a record that was sent may hold it."""
