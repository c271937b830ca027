"""One person may have several booklets behind one invitation: the secret moves from the response to who is asked."""

import datetime as dt
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AFTER = ("how_was_it", "how_was_it_parent", "how_was_it_carer")
"""Booklets that are given after a review: known by name to whoever comes up again from 0001."""
SECRET = ("secret_kind", "secret_hash", "secret_reset_at")
OF_A_CONSULTATION = ("response", "link", "visit", "message", "worry")


def upgrade() -> None:
    """Each consultation keeps its one booklet, its response and its secret."""
    with op.batch_alter_table("child") as table:
        table.add_column(sa.Column("no_words", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("child") as table:
        table.alter_column("no_words", server_default=None)
    with op.batch_alter_table("worry") as table:
        table.add_column(sa.Column("booklet_id", sa.String(40)))
    with op.batch_alter_table("response") as table:
        table.add_column(sa.Column("booklet_id", sa.String(40)))
    with op.batch_alter_table("consultation") as table:
        table.add_column(sa.Column("stage", sa.String(40)))
        table.add_column(sa.Column("booklets", sa.Text()))
        table.add_column(sa.Column("secret_kind", sa.String(40)))
        table.add_column(sa.Column("secret_hash", sa.Text()))
        table.add_column(sa.Column("secret_of", sa.String(32)))
        table.add_column(sa.Column("secret_reset_at", sa.DateTime(timezone=True)))
    _fill_up()
    with op.batch_alter_table("response") as table:
        table.alter_column("booklet_id", existing_type=sa.String(40), nullable=False)
        table.drop_constraint(op.f("uq_response_consultation_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_response_consultation_id_booklet_id"), ["consultation_id", "booklet_id"]
        )
        for name in SECRET:
            table.drop_column(name)
    _join()
    with op.batch_alter_table("consultation") as table:
        table.alter_column("stage", existing_type=sa.String(40), nullable=False)
        table.alter_column("booklets", existing_type=sa.Text(), nullable=False)
        table.drop_constraint(op.f("uq_consultation_review_id_respondent_booklet_id"), type_="unique")
        table.drop_column("booklet_id")
        table.create_unique_constraint(
            op.f("uq_consultation_review_id_respondent_stage"), ["review_id", "respondent", "stage"]
        )


def _fill_up() -> None:
    asked, answers, worry = _tables()
    own = asked.c.id
    said = sa.select(answers.c.booklet_id).where(answers.c.consultation_id == own)
    run = op.get_bind().execute
    booklet = sa.select(asked.c.booklet_id)
    run(answers.update().values(booklet_id=booklet.where(own == answers.c.consultation_id).scalar_subquery()))
    run(
        worry.update()
        .where(worry.c.question_id.is_not(None))
        .values(booklet_id=booklet.where(own == worry.c.consultation_id).scalar_subquery())
    )
    moved = {name: said.with_only_columns(answers.c[name]).scalar_subquery() for name in SECRET}
    bound = said.with_only_columns(answers.c.id).where(answers.c.secret_kind.is_not(None)).scalar_subquery()
    stage = sa.case((asked.c.booklet_id.in_(AFTER), "after"), else_="before")
    run(asked.update().values(**moved, secret_of=bound, booklets=asked.c.booklet_id, stage=stage))


def _join() -> None:
    """Who was asked twice for one time of one review (0002 was undone meanwhile) is asked once, for both booklets."""
    asked, *_ = _tables()
    run = op.get_bind().execute
    first: dict[tuple[str, str, str], sa.Row] = {}
    rows = run(
        sa.select(asked).order_by(
            asked.c.secret_kind.is_(None), asked.c.due_on, asked.c.booklet_id, asked.c.id
        )
    ).all()
    for row in rows:
        keep = first.setdefault((row.review_id, row.respondent, row.stage), row)
        if keep is row:
            continue
        for name in OF_A_CONSULTATION:
            other = sa.table(name, sa.column("consultation_id"))
            run(other.update().where(other.c.consultation_id == row.id).values(consultation_id=keep.id))
        run(
            asked.update()
            .where(asked.c.id == keep.id)
            .values(booklets=asked.c.booklets + " " + row.booklet_id)
        )
        run(asked.delete().where(asked.c.id == row.id))


def downgrade() -> None:
    """Each further booklet becomes a consultation of its own, with its answers; it opens to a new link alone."""
    with op.batch_alter_table("consultation") as table:
        table.drop_constraint(op.f("uq_consultation_review_id_respondent_stage"), type_="unique")
        table.add_column(sa.Column("booklet_id", sa.String(40)))
    with op.batch_alter_table("response") as table:
        table.add_column(sa.Column("secret_kind", sa.String(40)))
        table.add_column(sa.Column("secret_hash", sa.Text()))
        table.add_column(sa.Column("secret_reset_at", sa.DateTime(timezone=True)))
    _fill_down()
    with op.batch_alter_table("consultation") as table:
        table.alter_column("booklet_id", existing_type=sa.String(40), nullable=False)
        table.create_unique_constraint(
            op.f("uq_consultation_review_id_respondent_booklet_id"), ["review_id", "respondent", "booklet_id"]
        )
        for name in ("stage", "booklets", "secret_of", *SECRET):
            table.drop_column(name)
    with op.batch_alter_table("response") as table:
        table.drop_constraint(op.f("uq_response_consultation_id_booklet_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_response_consultation_id"), ["consultation_id"])
        table.drop_column("booklet_id")
    with op.batch_alter_table("worry") as table:
        table.drop_column("booklet_id")
    with op.batch_alter_table("child") as table:
        table.drop_column("no_words")


def _fill_down() -> None:
    asked, answers, _ = _tables()
    run, now = op.get_bind().execute, dt.datetime.now(dt.UTC)
    for row in run(sa.select(asked)).all():
        main = row.booklets.split()[0]
        run(asked.update().where(asked.c.id == row.id).values(booklet_id=main))
        for one in run(sa.select(answers).where(answers.c.consultation_id == row.id)).all():
            secret: dict[str, object] = {"secret_reset_at": now}
            if one.id == row.secret_of or not row.secret_kind:
                secret = {name: getattr(row, name) for name in SECRET}
            if one.booklet_id != main:
                alone = {**row._mapping, "id": uuid.uuid4().hex, "booklet_id": one.booklet_id}
                run(asked.insert().values(**alone))
                secret["consultation_id"] = alone["id"]
            run(answers.update().where(answers.c.id == one.id).values(**secret))


def _tables() -> tuple[sa.Table, sa.Table, sa.Table]:
    """The tables as they stand at this moment."""
    kept = sa.MetaData()
    return tuple(
        sa.Table(name, kept, autoload_with=op.get_bind(), resolve_fks=False)
        for name in ("consultation", "response", "worry")
    )
