"""What people say: responses, answers as they change, and the frozen records that go out."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Plain, Sealed, new_id


class Definition(Base):
    """A booklet's definition as it once was, so that answers keep the questions they were given to."""

    __tablename__ = "definition"
    fingerprint: Mapped[Hash] = mapped_column(primary_key=True)
    booklet_id: Mapped[Code]
    body: Mapped[Plain]
    kept_at: Mapped[Moment]


class Response(Base):
    """One person's answers to one booklet: the key that seals them, and how far they are.

    Made with the person's own secret, for each of their booklets: before that nothing may be said.
    """

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("consultation_id", "booklet_id"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[Id] = mapped_column(ForeignKey("consultation.id"))
    booklet_id: Mapped[Code]
    key: Mapped[Sealed]
    definition: Mapped[Hash] = mapped_column(ForeignKey("definition.fingerprint"))
    started_at: Mapped[Moment]
    answered_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(default=0)
    """Raised with every answer."""
    sent_version: Mapped[int] = mapped_column(default=0)
    """The version that was last sent: answers after it are not passed on yet."""
    sent_at: Mapped[Moment | None]
    revision: Mapped[int] = mapped_column(default=0)
    """How many times it was sent."""


class AnswerRow(Base):
    """The answer in force to one question. `sealed` holds JSON {value, words, skipped}."""

    __tablename__ = "answer"
    response_id: Mapped[Id] = mapped_column(ForeignKey("response.id"), primary_key=True)
    question_id: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[int]
    sealed: Mapped[Sealed]
    audience: Mapped[Code]
    channel: Mapped[Code]
    language: Mapped[Code]
    wording: Mapped[Code]
    definition: Mapped[Hash]
    typed_by: Mapped[Code] = mapped_column(default="")
    """Empty: the person; else `staff:ID`, `helper`, or `said_to_helper`: their own words, typed by their helper."""
    answered_at: Mapped[Moment]


class AnswerHistory(Base):
    """Every answer ever saved, in order: nothing that someone saw accepted is overwritten without a trace (L3)."""

    __tablename__ = "answer_history"
    __table_args__ = (Index("ix_answer_history_question", "response_id", "question_id"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    response_id: Mapped[Id] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[Code]
    version: Mapped[int]
    sealed: Mapped[Sealed]
    audience: Mapped[Code]
    channel: Mapped[Code]
    visit_id: Mapped[Id | None]
    answered_at: Mapped[Moment]


class Screening(Base):
    """A free text that is read by the screening worker, never in the request: of an answer, by the history
    of answers, or of anything else, as a copy of the sealed bytes, so that it is read whatever becomes of them.
    """

    __tablename__ = "screening"
    __table_args__ = (UniqueConstraint("response_id", "question_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    response_id: Mapped[Id | None] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[Code]
    """Empty where it is no answer's, as `version` is nought."""
    version: Mapped[int]
    source: Mapped[Plain | None] = mapped_column(index=True)
    """Of what is no answer: where its bytes are sealed for, `TABLE.COLUMN:ID`."""
    sealed: Mapped[Sealed | None]
    """JSON sealed with the child's key for `source`; forgotten once the lists found nothing."""
    review_id: Mapped[Id | None] = mapped_column(ForeignKey("review.id"))
    consultation_id: Mapped[Id | None] = mapped_column(ForeignKey("consultation.id"))
    """Whoever said it, where they were asked about that review."""
    who: Mapped[Code | None]
    """Who said it, where that is nobody who was asked: child (to somebody who typed it), guest."""
    language: Mapped[Code]
    state: Mapped[Code] = mapped_column(default="waiting", index=True)
    """waiting, clear (the lists found nothing), worried, not_screened (no list for it, or unreadable), gone."""
    kind: Mapped[Code] = mapped_column(default="")
    """What the lists found, of `safety.KINDS`."""
    urgent: Mapped[bool] = mapped_column(default=False)
    worry_id: Mapped[Id | None] = mapped_column(ForeignKey("worry.id"), index=True)
    made_at: Mapped[Moment]
    read_at: Mapped[Moment | None]


class Record(Base):
    """A frozen record: what was sent, as it was sent. A change is a new whole record with `supersedes`."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("response_id", "kind", "revision"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[Id] = mapped_column(ForeignKey("response.id"), index=True)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    kind: Mapped[Code]
    """views/1 or invite-choices/1."""
    revision: Mapped[int]
    supersedes: Mapped[Id | None]
    sealed: Mapped[Sealed]
    """The record's JSON, sealed with the response's key."""
    made_at: Mapped[Moment]
    """When it was sent; a copy that goes again with more in it keeps that moment."""


class LeftOut(Base):
    """A record that goes to case systems without the words to some questions: they were held back when it went first.

    So it goes under its own id for ever. What was left out goes with a record that supersedes it.
    """

    __tablename__ = "left_out"
    record_id: Mapped[Id] = mapped_column(ForeignKey("record.id"), primary_key=True)
    questions: Mapped[Plain]
    """Their ids, parted by blanks."""
    at: Mapped[Moment]
    sent_as: Mapped[Id | None] = mapped_column(ForeignKey("record.id"))
    """The record with which they went after all."""
