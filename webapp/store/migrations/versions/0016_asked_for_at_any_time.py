"""What somebody asks for at any time, and words that wait for a translation"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _own(name: str, length: int = 32, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _moment(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=name not in ("made_at", "asked_at"))


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "request",
        *(_own(name) for name in ("id", "consultation_id", "review_id", "child_id")),
        *(_own(name, 40) for name in ("kind", "who", "wants")),
        _own("press", 64),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        *(_own(name, 40) for name in ("channel", "language", "typed_by")),
        _moment("made_at"),
        _own("state", 40),
        _moment("seen_at"),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        _own("answered_by", nullable=True),
        _moment("answered_at"),
        _own("closed_by", nullable=True),
        _moment("closed_at"),
        _own("arranged_by", nullable=True),
        _moment("arranged_at"),
        *(_of("request", f"{name}_by", "staff") for name in ("answered", "arranged", "closed")),
        *(_of("request", f"{name}_id", name) for name in ("child", "consultation", "review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("press", name=op.f("uq_request_press")),
    )
    op.create_index(op.f("ix_request_child_id"), "request", ["child_id"])
    op.create_index(op.f("ix_request_review_id"), "request", ["review_id"])
    op.create_index("ix_request_consultation_made", "request", ["consultation_id", "made_at"])
    op.create_index("ix_request_state_made", "request", ["state", "made_at"])
    op.create_table(
        "translation",
        *(_own(name) for name in ("id", "review_id", "child_id")),
        _own("response_id", nullable=True),
        _own("question_id", 40),
        _own("request_id", nullable=True),
        _own("words", 64),
        _own("language", 40),
        _own("asked_by"),
        _moment("asked_at"),
        sa.Column("of_whom", sa.LargeBinary(), nullable=False),
        sa.Column("done", sa.LargeBinary(), nullable=True),
        _own("done_by", nullable=True),
        _moment("done_at"),
        *(_of("translation", f"{name}_by", "staff") for name in ("asked", "done")),
        *(_of("translation", f"{name}_id", name) for name in ("child", "request", "response", "review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
    )
    op.create_index(op.f("ix_translation_child_id"), "translation", ["child_id"])
    op.create_index(op.f("ix_translation_review_id"), "translation", ["review_id"])
    with op.batch_alter_table("screening") as table:
        table.add_column(_own("request_id", nullable=True))
        table.alter_column("response_id", existing_type=sa.String(length=32), nullable=True)
        table.create_unique_constraint(op.f("uq_screening_request_id"), ["request_id"])
        table.create_foreign_key(op.f("fk_screening_request_id_request"), "request", ["request_id"], ["id"])


def downgrade() -> None:
    op.execute("DELETE FROM screening WHERE response_id IS NULL")
    with op.batch_alter_table("screening") as table:
        table.drop_constraint(op.f("fk_screening_request_id_request"), type_="foreignkey")
        table.drop_constraint(op.f("uq_screening_request_id"), type_="unique")
        table.alter_column("response_id", existing_type=sa.String(length=32), nullable=False)
        table.drop_column("request_id")
    op.drop_table("translation")
    op.drop_table("request")
