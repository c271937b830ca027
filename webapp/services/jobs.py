"""Long work that staff ask for and the worker does: claimed by one worker, stopped, gone on with, forgotten."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from webapp.services import auditing
from webapp.services.staff import SignedIn
from webapp.store import Database, Job, JobFile, JobItem, Key, Staff, Vault, new_id

LEASE = dt.timedelta(minutes=5)
"""From then on a worker that says nothing is taken for dead, and another goes on."""
KEPT = dt.timedelta(days=7)
"""So long staff can read what became of it; then only the audit trail has it."""
RUNNING = ("checking", "taking_in", "printing")
LISTED = 20


class LostError(Exception):
    """Another worker has this work now: nothing more of it may be written here."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is this worker's until its lease ends, opened."""

    id: str
    kind: str
    state: str
    made_by: str
    worker: str
    key: Key
    asked: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileOf:
    """A file of a job, without what is in it."""

    id: str
    position: int
    people: int
    size: int
    taken_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as its page shows it."""

    id: str
    kind: str
    state: str
    reason: str
    stop: bool
    made_by: str
    by: str
    """The name of whoever made it."""
    made_at: dt.datetime
    finished_at: dt.datetime | None
    files_until: dt.datetime | None
    total: int
    done: int
    counts: Mapping[str, int]
    """Items by state."""
    files: tuple[FileOf, ...]
    asked: Mapping[str, Any]
    key: Key

    @property
    def running(self) -> bool:
        """True while the worker has, or will have, something to do with it."""
        return self.state in RUNNING

    def over(self, now: dt.datetime) -> bool:
        """True once the time of its files is over, erased or not yet."""
        return self.files_until is not None and self.files_until <= now


def make(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, kind: str, state: str, asked: Mapping[str, Any]
) -> tuple[str, Key]:  # fmt: skip
    """A new job with a key of its own; it waits for the worker."""
    own = new_id()
    key, wrapped = vault.new_key(f"job:{own}")
    session.add(
        Job(
            id=own, kind=kind, state=state, made_by=signed.id, made_at=now, key=wrapped, until=now + KEPT,
            sealed=key.seal(json.dumps(asked, ensure_ascii=False), f"job.sealed:{own}"),
        )
    )  # fmt: skip
    session.flush()
    return own, key


def add_file(session: Session, key: Key, job_id: str, position: int, content: bytes, people: int = 0) -> None:
    """Keep a file with a job, sealed."""
    own = new_id()
    session.add(
        JobFile(
            id=own, job_id=job_id, position=position, people=people, size=len(content),
            sealed=key.seal_bytes(content, f"job_file.sealed:{own}"),
        )
    )  # fmt: skip


def content(session: Session, key: Key, job_id: str, position: int, now: dt.datetime) -> bytes | None:
    """A file of a job, opened; None where its time is over, erased or not yet, and where it never was."""
    row = session.execute(
        select(JobFile.id, JobFile.sealed)
        .join(Job, Job.id == JobFile.job_id)
        .where(
            JobFile.job_id == job_id, JobFile.position == position,
            or_(Job.files_until.is_(None), Job.files_until > now),
        )
    ).first()  # fmt: skip
    return key.open_bytes(row.sealed, f"job_file.sealed:{row.id}") if row else None


def taken(session: Session, now: dt.datetime, signed: SignedIn, job_id: str, position: int) -> None:
    """Somebody fetched a file."""
    session.execute(
        update(JobFile).where(JobFile.job_id == job_id, JobFile.position == position).values(taken_at=now)
    )
    auditing.note(session, now, f"staff:{signed.id}", "fetch_file", f"job:{job_id}")


def claim(db: Database, vault: Vault, now: dt.datetime, kind: str, worker: str) -> Claimed | None:
    """The oldest job of this kind that nobody is at, for this worker; None where there is none."""
    with db.writing() as session:
        job = session.scalars(
            select(Job)
            .where(
                Job.kind == kind, Job.state.in_(RUNNING), or_(Job.lease_until.is_(None), Job.lease_until < now)
            )
            .order_by(Job.made_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()  # fmt: skip
        if job is None:
            return None
        job.lease_by, job.lease_until = worker, now + LEASE
        key = vault.key(job.key, f"job:{job.id}")
        return Claimed(job.id, job.kind, job.state, job.made_by, worker, key, opened(job, key))


def opened(job: Job, key: Key) -> Mapping[str, Any]:
    """What was asked for."""
    found: Mapping[str, Any] = json.loads(key.open(job.sealed, f"job.sealed:{job.id}"))
    return found


def keep(session: Session, one: Claimed, now: dt.datetime, **values: Any) -> bool:
    """Hold on to a job and say how far it is; gives whether somebody wants it stopped. Raises LostError."""
    row = session.execute(
        update(Job)
        .where(Job.id == one.id, Job.lease_by == one.worker, Job.state == one.state)
        .values(lease_until=now + LEASE, **values)
        .returning(Job.stop)
    ).first()
    if row is None:
        raise LostError
    return bool(row.stop)


def end(session: Session, one: Claimed, now: dt.datetime, state: str, **values: Any) -> None:
    """The worker has nothing more to do with it. Raises LostError."""
    keep(session, one, now, state=state, finished_at=now, stop=False, lease_by=None, **values)
    session.execute(update(Job).where(Job.id == one.id).values(lease_until=None))


def broken(db: Database, one: Claimed, now: dt.datetime, files_kept: dt.timedelta) -> None:
    """Something unforeseen: a person has to look, and may go on. Does nothing where another worker has it."""
    with contextlib.suppress(LostError), db.writing() as session:
        end(session, one, now, "broken", reason="ours", files_until=now + files_kept)


def press(
    session: Session, now: dt.datetime, signed: SignedIn, job_id: str, before: Sequence[str], state: str, action: str
) -> bool:  # fmt: skip
    """Move a job on by hand. False where it wasn't in such a state any more: pressed twice is pressed once."""
    values = {
        "state": state,
        "stop": False,
        "lease_by": None,
        "lease_until": None,
        "finished_at": None,
        "files_until": None,
    }
    moved = session.execute(
        update(Job).where(Job.id == job_id, Job.state.in_(before)).values(values).returning(Job.id)
    ).first()
    if moved is None:
        return False
    auditing.note(session, now, f"staff:{signed.id}", action, f"job:{job_id}")
    return True


def stop(session: Session, now: dt.datetime, signed: SignedIn, job_id: str) -> bool:
    """The worker ends it after the step it is at; what is done stays. False where it doesn't run."""
    moved = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(RUNNING), Job.stop.is_(False))
        .values(stop=True)
        .returning(Job.kind)
    ).first()
    if moved is None:
        return False
    auditing.note(session, now, f"staff:{signed.id}", f"stop_{moved.kind}", f"job:{job_id}")
    return True


def seen(session: Session, vault: Vault, job_id: str, kind: str) -> Seen | None:
    """One job of this kind; None where there is none."""
    rows = session.execute(
        select(Job, Staff.name).join(Staff, Staff.id == Job.made_by).where(Job.id == job_id, Job.kind == kind)
    ).all()
    return next(iter(_seen(session, vault, rows)), None)


def recent(session: Session, vault: Vault, kind: str) -> list[Seen]:
    """The newest jobs of this kind; three queries."""
    rows = session.execute(
        select(Job, Staff.name)
        .join(Staff, Staff.id == Job.made_by)
        .where(Job.kind == kind)
        .order_by(Job.made_at.desc(), Job.id)
        .limit(LISTED)
    ).all()
    return _seen(session, vault, rows)


def _seen(session: Session, vault: Vault, rows: Sequence[Any]) -> list[Seen]:
    ids = [row.Job.id for row in rows]
    counts: dict[str, dict[str, int]] = {}
    for own, state, count in session.execute(
        select(JobItem.job_id, JobItem.state, func.count())
        .where(JobItem.job_id.in_(ids))
        .group_by(JobItem.job_id, JobItem.state)
    ):
        counts.setdefault(own, {})[state] = count
    files: dict[str, list[FileOf]] = {}
    for row in session.execute(
        select(JobFile.job_id, JobFile.id, JobFile.position, JobFile.people, JobFile.size, JobFile.taken_at)
        .where(JobFile.job_id.in_(ids))
        .order_by(JobFile.position)
    ):
        files.setdefault(row[0], []).append(FileOf(*row[1:]))
    found = []
    for job, by in rows:
        key = vault.key(job.key, f"job:{job.id}")
        found.append(
            Seen(
                job.id, job.kind, job.state, job.reason or "", job.stop, job.made_by, by, job.made_at, job.finished_at,
                job.files_until, job.total, job.done, counts.get(job.id, {}), tuple(files.get(job.id, ())),
                opened(job, key), key,
            )
        )  # fmt: skip
    return found


def forget(db: Database, now: dt.datetime) -> int:
    """Erase files whose time is over, and jobs that nobody needs to read any more; gives how many of both."""
    with db.writing() as session:
        over = select(Job.id).where(Job.files_until < now)
        files = session.execute(delete(JobFile).where(JobFile.job_id.in_(over)).returning(JobFile.id)).all()
        # an import that nobody took in is stopped with its file
        session.execute(
            update(Job)
            .where(Job.files_until < now, Job.kind == "import", Job.state == "ready")
            .values(state="stopped", reason="too_late", finished_at=now)
        )
        old = session.scalars(select(Job.id).where(Job.until < now, Job.state.not_in(RUNNING))).all()
        for table in (JobItem, JobFile):
            session.execute(delete(table).where(table.job_id.in_(old)))
        session.execute(delete(Job).where(Job.id.in_(old)))
        return len(files) + len(old)
