"""Booklets that came back on paper; what the Review Unit's day is found by"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TO_PRINT = sa.text("provider_id = 'to-print'")


def upgrade() -> None:
    op.create_table(
        "paper_booklet",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.String(length=32), nullable=False),
        sa.Column("booklet_id", sa.String(length=40), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_by", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sealed_pages", sa.String(length=40), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["arrived_by"], ["staff.id"], name=op.f("fk_paper_booklet_arrived_by_staff")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_paper_booklet_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_booklet")),
    )
    op.create_index(op.f("ix_paper_booklet_consultation_id"), "paper_booklet", ["consultation_id"])
    op.create_index(op.f("ix_paper_booklet_open"), "paper_booklet", ["open"])
    op.drop_index(op.f("ix_consultation_state"), table_name="consultation")
    op.create_index("ix_consultation_state_due", "consultation", ["state", "due_on"])
    op.create_index("ix_consultation_state_closes", "consultation", ["state", "closes_on"])
    op.create_index(
        "ix_message_to_print", "message", ["due_at"], sqlite_where=TO_PRINT, postgresql_where=TO_PRINT
    )


def downgrade() -> None:
    op.drop_index("ix_message_to_print", table_name="message")
    op.drop_index("ix_consultation_state_closes", table_name="consultation")
    op.drop_index("ix_consultation_state_due", table_name="consultation")
    op.create_index(op.f("ix_consultation_state"), "consultation", ["state"])
    op.drop_table("paper_booklet")
