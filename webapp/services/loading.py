"""Loads the case system's reviews: each row whole or not at all, and again as often as anybody likes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from sqlalchemy import Table, Update, bindparam, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.clock import Clock, london
from webapp.clock import now as the_time
from webapp.i18n import gettext
from webapp.review.incoming import IncomingReview
from webapp.review.incoming_reader import Read, read_reviews
from webapp.review.incoming_reasons import Problem, problem
from webapp.services.access import revoke_links
from webapp.services.inviting_changes import ask_again
from webapp.services.inviting_facts import follow
from webapp.services.loading_known import Known
from webapp.services.loading_plan import OtherChildError, Plan, plan_row
from webapp.store import (
    Base,
    Consultation,
    Database,
    Involvement,
    LastDecision,
    Link,
    Message,
    Review,
    Staff,
    Vault,
)

AT_ONCE = 200  # rows whose stored state is looked up together; each row is still a transaction of its own
REACHED_AT = {"letter": "address", "sms": "phone", "whatsapp": "phone"}
"""What of a reach each way uses, where it is called otherwise."""
IN_ORDER = ("child", "person", "involvement", "review", "last_decision")
Progress = Callable[[int], None]
Within = Callable[[Session, Plan], None]
"""Called in the transaction that takes a row in."""


@dataclass
class LoadReport:
    """What a load did: how many reviews were new, changed, as they were, and why others were refused."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Problem] = field(default_factory=list)
    """Every problem; one refused row may have several."""


def in_words(refusal: Problem) -> str:
    """A problem as a report shows it, in the language in force."""
    return f"{refusal.file}:{refusal.line}: {refusal.field}: {gettext(refusal.words) % dict(refusal.values)}"


def load_reviews(
    db: Database, vault: Vault, path: Path, *, progress: Progress | None = None, clock: Clock = the_time
) -> LoadReport:
    """Load a file of reviews (docs/reviews-in.md); `progress` is told how many rows are done.

    One transaction per review: whoever stops it leaves whole reviews behind, and loading the file again goes
    on. A row that is as it was when last loaded is passed over (a keyed digest is kept on the review); where
    two rows of one child differ, the last one that is new or changed says who is in the case. Raises OSError
    where the file can't be read.
    """
    return load_rows(db, vault, read_reviews(path), path.name, progress=progress, clock=clock)


def load_rows(
    db: Database, vault: Vault, rows: Iterator[Read], name: str, *, progress: Progress | None = None,
    clock: Clock = the_time,
) -> LoadReport:  # fmt: skip
    """The same for rows from anywhere, as `review.incoming_reader` gives them; `name` stands for the file's."""
    report, known = LoadReport(), Known(vault)
    done = 0
    while chunk := list(islice(rows, AT_ONCE)):
        known.stay_small()
        with db.reading() as session:
            known.look_up(session, [row for _, row in chunk if isinstance(row, IncomingReview)])
        for line, row in chunk:
            if isinstance(row, IncomingReview):
                load_row(db, known, row, report, (name, line), clock)
            else:
                report.refused += row
            done += 1
            if progress:
                progress(done)
    with db.writing() as session:
        link_staff(session)
    report.refused = list(dict.fromkeys(report.refused))
    return report


def link_staff(session: Session) -> None:
    """Join reviews to staff accounts that were made after the review was loaded."""
    for column, external in (
        ("iro_id", Review.iro_external_id),
        ("social_worker_id", Review.social_worker_external_id),
    ):
        session.execute(
            update(Review)
            .where(getattr(Review, column).is_(None), external.in_(select(Staff.external_id)))
            .values({column: select(Staff.id).where(Staff.external_id == external).scalar_subquery()})
            .execution_options(synchronize_session=False)
        )


def digest_of(vault: Vault, row: IncomingReview) -> str:
    """What tells a row from one that says anything else."""
    return vault.lookup("review-row", row.model_dump_json(exclude_defaults=True))


def load_row(
    db: Database, known: Known, row: IncomingReview, report: LoadReport, at: tuple[str, int], clock: Clock,
    within: Within | None = None,
) -> None:  # fmt: skip
    """One row, whole. Where another load wrote the same people just now, look again and try once more."""
    digest = digest_of(known.vault, row)
    for last_try in (False, True):
        try:
            plan = plan_row(known, row, digest)
            if plan is None:
                report.unchanged += 1
                return
            with db.writing() as session:
                _write(session, plan, clock())
                if within:
                    within(session, plan)
        except OtherChildError:
            report.refused.append(problem(*at, "child.id", "review_of_other_child"))
            return
        except IntegrityError:
            if last_try:
                raise
            known.forget(row)
            with db.reading() as session:
                known.look_up(session, [row])
        else:
            report.added += plan.new
            report.updated += not plan.new
            return


def _write(session: Session, plan: Plan, now: dt.datetime) -> None:
    connection = session.connection()
    for table in IN_ORDER:
        if rows := plan.inserts.get(table):
            connection.execute(_table(table).insert(), rows)
        if rows := plan.updates.get(table):
            columns = tuple(name for name in rows[0] if name != "id")
            connection.execute(_update(table, columns), [{"row_id": row["id"], **row} for row in rows])
    if plan.gone_decisions:
        session.execute(delete(LastDecision).where(LastDecision.id.in_(plan.gone_decisions)))
    if plan.ended:
        session.execute(update(Involvement).where(Involvement.id.in_(plan.ended)).values(ended_at=now))
    _silence(session, plan, now)
    if plan.elsewhere:
        ask_again(session, gone_astray(session, plan.elsewhere), now, london(now).date())
    if "child" not in plan.inserts:
        follow(session, plan.child_id)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


@lru_cache(maxsize=32)
def _update(name: str, columns: tuple[str, ...]) -> Update:
    table = _table(name)
    return (
        table.update()
        .where(table.c.id == bindparam("row_id"))
        .values({column: bindparam(column) for column in columns})
    )


def _silence(session: Session, plan: Plan, now: dt.datetime) -> None:
    """Links die with the role, with a hold and with no contact."""
    involvements = [*plan.ended, *plan.silent]
    if not involvements and plan.silent_child is None:
        return
    asked = session.scalars(
        select(Consultation.id)
        .where(
            or_(Consultation.involvement_id.in_(involvements), Consultation.child_id == plan.silent_child),
            Consultation.id.in_(select(Link.consultation_id).where(Link.revoked_at.is_(None))),
        )
        .order_by(Consultation.id)
    ).all()
    for consultation_id in asked:
        revoke_links(session, consultation_id, now)


def gone_astray(session: Session, elsewhere: Mapping[str, frozenset[str]]) -> list[str]:
    """Consultations whose last invitation, or anything after it, went to an address that is no longer theirs.

    `elsewhere`: by child or involvement, what of their reach is another now.
    """
    owner = func.coalesce(Consultation.involvement_id, Consultation.child_id)
    went: dict[str, tuple[str, set[str]]] = {}
    for own, whose, template, way in session.execute(
        select(Consultation.id, owner, Message.template, Message.way)
        .join(Message, Message.consultation_id == Consultation.id)
        .where(
            owner.in_(elsewhere),
            Message.state != "stopped",
            Message.template.in_(("invite", "remind", "reset")),
        )
        .order_by(Message.made_at, Message.id)
    ):
        ways = {"way"} if template == "invite" or own not in went else went[own][1]
        went[own] = whose, ways | {REACHED_AT.get(way, way)}
    return sorted(own for own, (whose, ways) in went.items() if ways & elsewhere[whose])
