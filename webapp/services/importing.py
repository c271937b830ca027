"""Reviews from a file that staff upload: looked through first, with all that would change; taken in once they say so.

The file is kept sealed until then. What was shown is what happens: a review of which something else stands in the
database by then is not taken in but listed, to be looked at again.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from webapp import logs
from webapp.clock import Clock
from webapp.review.incoming import IncomingReview
from webapp.review.incoming_reader import Read, read_stream
from webapp.review.incoming_reasons import REASONS, Problem
from webapp.services import auditing, jobs
from webapp.services.importing_state import State
from webapp.services.jobs import Claimed
from webapp.services.loading import AT_ONCE, LoadReport, digest_of, link_staff, load_row
from webapp.services.loading_known import Known
from webapp.services.loading_plan import Plan
from webapp.services.staff import SignedIn
from webapp.store import Database, Job, JobFile, JobItem, Key, Vault, new_id

KIND = "import"
BYTES_AT_MOST = 10_000_000
FILE_KEPT = dt.timedelta(hours=24)
PER_PAGE = 25
PROBLEMS_KEPT = 20
"""Of one review; what is wrong with a whole file is one problem."""
WILL = ("new", "changed")
"""What is taken in; all else stays as it is."""

_log = logs.get("importing")


class NotAFileError(Exception):
    """This can't be reviews at all; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Row:
    """One review of the file as a page shows it."""

    position: int
    state: str
    was: str
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some of a file's reviews."""

    rows: tuple[Row, ...]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages they take."""
        return max(1, -(-self.count // PER_PAGE))


def checked(name: str, content: bytes) -> str:
    """The name under which a file is read, its kind plain from the end. Raises NotAFileError."""
    if not content.strip():
        raise NotAFileError("empty")
    if len(content) > BYTES_AT_MOST:
        raise NotAFileError("too_big")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NotAFileError("workbook")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAFileError("utf16")
    ending = name.lower().rpartition(".")[2]
    if ending not in ("csv", "json", "jsonl", "ndjson") or b"\0" in content[:4096]:
        raise NotAFileError("kind")
    if ending != "csv" and content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        raise NotAFileError("list")
    plain = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return plain[-80:]


def upload(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, name: str, content: bytes
) -> str:  # fmt: skip
    """Keep a file, sealed, to be looked through by the worker; gives the job's id. Raises NotAFileError."""
    name = checked(name, content)
    job_id, key = jobs.make(session, vault, now, signed, KIND, "checking", {"name": name})
    jobs.add_file(session, key, job_id, 0, content)
    session.get_one(Job, job_id).files_until = now + FILE_KEPT
    auditing.note(session, now, f"staff:{signed.id}", "upload_reviews", f"job:{job_id}")
    return job_id


def take_in(session: Session, now: dt.datetime, signed: SignedIn, job_id: str) -> bool:
    """What the preview showed is to happen, or the rest of it after a stop. False where it was pressed before."""
    job = session.get(Job, job_id)
    if job is None or not job.total or not _has_file(session, job_id):
        return False
    states = ("ready", "stopped", "broken")
    return jobs.press(session, now, signed, job_id, states, "taking_in", "take_in_reviews")


def look_again(session: Session, now: dt.datetime, signed: SignedIn, job_id: str) -> bool:
    """A preview anew of the same file: something else stands in the database now. False where the file is gone."""
    if not _has_file(session, job_id):
        return False
    return jobs.press(
        session, now, signed, job_id, ("ready", "stopped", "done", "broken"), "checking", "check_again"
    )


def throw_away(session: Session, now: dt.datetime, signed: SignedIn, job_id: str) -> bool:
    """The file is erased and nothing of it taken in. False where it was pressed before."""
    if not jobs.press(session, now, signed, job_id, ("ready",), "stopped", "throw_away_reviews"):
        return False
    session.execute(update(Job).where(Job.id == job_id).values(reason="thrown_away", finished_at=now))
    _erase(session, job_id)
    return True


def work_once(db: Database, vault: Vault, clock: Clock, worker: str) -> int:
    """Look through or take in the oldest file that waits; gives how many reviews were looked at."""
    one = jobs.claim(db, vault, clock(), KIND, worker)
    if one is None:
        return 0
    try:
        with db.reading() as session:
            content = jobs.content(session, one.key, one.id, 0, clock())
        if content is None:
            with db.writing() as session:
                jobs.end(session, one, clock(), "stopped", reason="too_late")
            return 0
        rows = read_stream(io.BytesIO(content), one.asked["name"])
        return (_check if one.state == "checking" else _take_in)(db, vault, clock, one, rows)
    except jobs.LostError:
        return 0
    except Exception as error:
        _log.error("import_broke", **logs.trouble(error))
        jobs.broken(db, one, clock(), FILE_KEPT)
        return 0


def _check(db: Database, vault: Vault, clock: Clock, one: Claimed, rows: Iterator[Read]) -> int:
    """What would change, review by review. Nothing is changed; begun anew after a crash."""
    state, done = State(vault), 0
    with db.writing() as session:
        jobs.keep(session, one, clock(), done=0, total=0)
        session.execute(delete(JobItem).where(JobItem.job_id == one.id))
    while chunk := list(islice(rows, AT_ONCE)):
        with db.reading() as session:
            state.look_up(session, _good(chunk))
        items = [
            _previewed(vault, one, state, done + n, line, row) for n, (line, row) in enumerate(chunk, start=1)
        ]
        done += len(chunk)
        with db.writing() as session:
            if jobs.keep(session, one, clock(), done=done):
                jobs.end(session, one, clock(), "stopped", reason="thrown_away")
                _erase(session, one.id)
                return done
            session.execute(insert(JobItem), items)
    with db.writing() as session:
        jobs.keep(session, one, clock(), total=done, done=0)
        jobs.end(session, one, clock(), "ready", files_until=clock() + FILE_KEPT)
    return done


def _good(chunk: Iterable[tuple[int, IncomingReview | list[Problem]]]) -> list[IncomingReview]:
    return [row for _, row in chunk if isinstance(row, IncomingReview)]


def _previewed(
    vault: Vault, one: Claimed, state: State, position: int, line: int, row: IncomingReview | list[Problem]
) -> dict[str, Any]:
    own, was, base = new_id(), "refused", None
    if isinstance(row, IncomingReview):
        digest = digest_of(vault, row)
        effect = state.effect(row, digest)
        was, base = effect.was, effect.base
        shown = {"line": line, "review": row.review.id, **effect.shown}
        if was == "other_child":
            was, shown["problems"] = "refused", [[line, "child.id", REASONS["review_of_other_child"]]]
        elif was in WILL:
            state.take(row, digest)
    else:
        shown = {"line": line, "problems": _told(row), "more": max(0, len(row) - PROBLEMS_KEPT)}
    return {
        "id": own, "job_id": one.id, "position": position, "state": was, "was": was, "digest": base,
        "sealed": _sealed(one.key, own, shown),
    }  # fmt: skip


def _told(problems: Sequence[Problem]) -> list[list[Any]]:
    return [[p.line, p.field, p.reason] for p in problems[:PROBLEMS_KEPT]]


def _take_in(db: Database, vault: Vault, clock: Clock, one: Claimed, rows: Iterator[Read]) -> int:
    """Each review that the preview said will change, in a transaction of its own; goes on where it was."""
    state, known, looked = State(vault), Known(vault), 0
    while chunk := list(islice(rows, AT_ONCE)):
        waiting = _waiting(db, one, looked + 1, looked + len(chunk))
        todo = [
            (waiting[at], line, row)
            for at, (line, row) in enumerate(chunk, start=looked + 1)
            if at in waiting and isinstance(row, IncomingReview)
        ]
        looked += len(chunk)
        if todo:
            known.stay_small()
            with db.reading() as session:
                state.look_up(session, [row for _, _, row in todo])
                known.look_up(session, [row for _, _, row in todo])
        for item, line, row in todo:
            if not _taken(db, vault, clock, one, state, known, item, line, row):
                return looked
    with db.writing() as session:
        link_staff(session)
        jobs.keep(session, one, clock(), done=looked)
        jobs.end(session, one, clock(), "done", files_until=clock() + FILE_KEPT)
        if not _any(session, one.id, "moved"):
            _erase(session, one.id)
    return looked


def _taken(
    db: Database, vault: Vault, clock: Clock, one: Claimed, state: State, known: Known, item: Any, line: int,
    row: IncomingReview,
) -> bool:  # fmt: skip
    """One review; False where somebody pressed Stop."""
    digest = digest_of(vault, row)
    if state.effect(row, digest).base != item.digest:
        with db.writing() as session:
            return not _settled(session, one, clock(), item, "moved")
    report, stop = LoadReport(), []

    def within(session: Session, plan: Plan) -> None:
        stop.append(_settled(session, one, clock(), item, "added" if plan.new else "updated"))
        subject = f"child:{plan.child_id}"
        auditing.note(session, clock(), f"staff:{one.made_by}", "import_review", subject, plan.child_id)

    load_row(db, known, row, report, (one.asked["name"], line), clock, within)
    if not stop:  # refused, or as it was: somebody was faster
        with db.writing() as session:
            stop.append(_settled(session, one, clock(), item, "moved"))
    else:
        state.take(row, digest)
    return not stop[0]


def _settled(session: Session, one: Claimed, now: dt.datetime, item: Any, state: str) -> bool:
    """Write down what became of one review; gives whether to stop here. Raises LostError."""
    wants_stop = jobs.keep(session, one, now, done=item.position)
    changed = session.execute(
        update(JobItem).where(JobItem.id == item.id, JobItem.state.in_(WILL)).values(state=state).returning(JobItem.id)
    ).first()  # fmt: skip
    if changed is None:
        raise jobs.LostError
    if wants_stop:
        jobs.end(session, one, now, "stopped", reason="pressed", files_until=now + FILE_KEPT)
    return wants_stop


def _waiting(db: Database, one: Claimed, first: int, last: int) -> dict[int, Any]:
    """Which reviews of this stretch of the file are still to be taken in, by position."""
    with db.reading() as session:
        rows = session.execute(
            select(JobItem.id, JobItem.position, JobItem.digest).where(
                JobItem.job_id == one.id, JobItem.position.between(first, last), JobItem.state.in_(WILL)
            )
        ).all()
    return {row.position: row for row in rows}


def rows_of(session: Session, key: Key, job_id: str, states: Sequence[str], count: int, page: int) -> Rows:
    """One page of a file's reviews of these kinds, in the file's order; a page past the end is the last."""
    page = min(max(1, page), Rows((), count, 1).pages)
    found = session.execute(
        select(JobItem.id, JobItem.position, JobItem.state, JobItem.was, JobItem.sealed)
        .where(JobItem.job_id == job_id, JobItem.state.in_(states))
        .order_by(JobItem.position)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    rows = (Row(r.position, r.state, r.was or "", _shown(key, r.id, r.sealed)) for r in found)
    return Rows(tuple(rows), count, page)


def _shown(key: Key, own: str, sealed: bytes | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(key.open_some(sealed, f"job_item.sealed:{own}") or "{}")
    return found


def _sealed(key: Key, own: str, shown: Mapping[str, Any]) -> bytes:
    return key.seal(json.dumps(shown, ensure_ascii=False), f"job_item.sealed:{own}")


def _has_file(session: Session, job_id: str) -> bool:
    return session.scalar(select(JobFile.id).where(JobFile.job_id == job_id).limit(1)) is not None


def _any(session: Session, job_id: str, state: str) -> bool:
    some = select(JobItem.id).where(JobItem.job_id == job_id, JobItem.state == state).limit(1)
    return session.scalar(some) is not None


def _erase(session: Session, job_id: str) -> None:
    session.execute(delete(JobFile).where(JobFile.job_id == job_id))
