"""Long work that staff ask for and the worker does: reviews taken in from a file, many papers printed at once."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Sealed, new_id


class Job(Base):
    """One piece of long work. Everything that names anybody is sealed with the job's own key."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_lease", "state", "lease_until"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[Code]
    """import or print."""
    state: Mapped[Code]
    """An import is checking, ready, taking_in; a printing is printing; both end as done, stopped or broken."""
    reason: Mapped[Code | None]
    """Why it is broken."""
    made_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    made_at: Mapped[Moment]
    key: Mapped[Sealed]
    sealed: Mapped[Sealed]
    """JSON of what was asked for: a file's name; or how to print."""
    total: Mapped[int] = mapped_column(default=0)
    """How many items it has; an import that is being checked doesn't know yet."""
    done: Mapped[int] = mapped_column(default=0)
    stop: Mapped[bool] = mapped_column(default=False)
    """Somebody pressed Stop: it ends after the step that it is at."""
    lease_by: Mapped[Code | None]
    lease_until: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    files_until: Mapped[Moment | None] = mapped_column(index=True)
    """From then on its files are erased."""
    until: Mapped[Moment] = mapped_column(index=True)
    """From then on nothing is left of it but the audit trail."""


class JobItem(Base):
    """One review of a file, or one person whose papers are printed."""

    __tablename__ = "job_item"
    __table_args__ = (UniqueConstraint("job_id", "position"), Index("ix_job_item_state", "job_id", "state"))
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    job_id: Mapped[Id] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    position: Mapped[int]
    state: Mapped[Code]
    """Of a review: new, changed, same, refused before it is taken in; added, updated, kept, moved, refused after. Of a
    person: waiting, printed, failed.
    """
    was: Mapped[Code | None]
    """Of a review: what the preview said."""
    reason: Mapped[Code | None]
    subject: Mapped[Id | None]
    """Of a person: the consultation."""
    message_id: Mapped[Id | None]
    """The letter that is printed for this person; none where only booklets are."""
    digest: Mapped[Hash | None]
    """Of a review: keyed hash of what stood there and what comes. Of a person: the link that was made for the paper."""
    file: Mapped[int | None]
    """The position of the file that this person's papers are in."""
    sealed: Mapped[Sealed | None]
    """JSON of what the preview shows of a review."""


class JobFile(Base):
    """A file of a job: the one that was uploaded, or one that was printed."""

    __tablename__ = "job_file"
    __table_args__ = (UniqueConstraint("job_id", "position"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    job_id: Mapped[Id] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    position: Mapped[int]
    people: Mapped[int] = mapped_column(default=0)
    """For how many it was printed."""
    size: Mapped[int]
    sealed: Mapped[Sealed] = mapped_column(deferred=True)
    """The whole file, sealed with the job's key for `job_file.sealed:ID`."""
    taken_at: Mapped[Moment | None]
