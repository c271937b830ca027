"""Who came to a review, the letter to the child, what they say half-way, and what parents are told"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _id(name: str = "id", nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=False)


def _at(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "attendance",
        _id(), _id("review_id"),
        sa.Column("child_attended", sa.Boolean(), nullable=False),
        _code("participation_code"), _code("suggested"),
        sa.Column("attended", sa.Text(), nullable=False),
        sa.Column("involvements", sa.Text(), nullable=False),
        sa.Column("adjourned", sa.Boolean(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        _id("recorded_by"), _at("recorded_at"), _at("superseded_at", nullable=True),
        _to("attendance", "recorded_by", "staff"), _to("attendance", "review_id", "review"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )  # fmt: skip
    op.create_index(op.f("ix_attendance_review_id"), "attendance", ["review_id"])
    op.create_table(
        "iro_letter",
        _id(), _id("review_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _code("language"), _code("wording"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _id("made_by"), _at("made_at"), _at("sent_at", nullable=True),
        _to("iro_letter", "made_by", "staff"), _to("iro_letter", "review_id", "review"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iro_letter")),
        sa.UniqueConstraint("review_id", "version", name=op.f("uq_iro_letter_review_id_version")),
    )  # fmt: skip
    op.create_index(op.f("ix_iro_letter_review_id"), "iro_letter", ["review_id"])
    op.create_table(
        "halfway",
        _id(), _id("review_id"), _id("consultation_id"), _code("language"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _at("said_at"), _code("screened"), _id("worry_id", nullable=True), _at("superseded_at", nullable=True),
        _to("halfway", "consultation_id", "consultation"), _to("halfway", "review_id", "review"),
        _to("halfway", "worry_id", "worry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halfway")),
    )  # fmt: skip
    op.create_index(op.f("ix_halfway_review_id"), "halfway", ["review_id"])
    op.create_index(op.f("ix_halfway_consultation_id"), "halfway", ["consultation_id"])
    op.create_index(op.f("ix_halfway_screened"), "halfway", ["screened"])
    op.create_table(
        "outcome",
        _id(), _id("review_id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        _id("sent_by"), _at("sent_at"), _at("superseded_at", nullable=True),
        _to("outcome", "review_id", "review"), _to("outcome", "sent_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )  # fmt: skip
    op.create_index(op.f("ix_outcome_review_id"), "outcome", ["review_id"])


def downgrade() -> None:
    for table in ("outcome", "halfway", "iro_letter", "attendance"):
        op.drop_table(table)
