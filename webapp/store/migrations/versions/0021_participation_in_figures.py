"""Participation in figures, by month; what a manager adds to a year"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COUNTS = (
    "reviews", "invited", "opened", "answered", "in_time", "decided", "wishes", "agreed", "recorded", "attended",
)


def counted(name: str, columns: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=False) for column in columns),
        sa.PrimaryKeyConstraint("month", "part", "value", name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    counted("review_count", COUNTS)
    counted("heard_count", ("told", "heard"))
    op.create_table(
        "year_figure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("out_of", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(length=32), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["noted_by"], ["staff.id"], name=op.f("fk_year_figure_noted_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_figure")),
    )
    op.create_index(op.f("ix_year_figure_year"), "year_figure", ["year"])


def downgrade() -> None:
    op.drop_table("year_figure")
    op.drop_table("heard_count")
    op.drop_table("review_count")
