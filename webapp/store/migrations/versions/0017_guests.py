"""Who is invited to a review meeting, and what each was told"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("involvement_id", sa.String(length=32), nullable=True),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_guest_review_id_review")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_guest_child_id_child")),
        sa.ForeignKeyConstraint(
            ["involvement_id"], ["involvement.id"], name=op.f("fk_guest_involvement_id_involvement")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_guest_asked_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("review_id", "who", name=op.f("uq_guest_review_id_who")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_guest_token_hash")),
    )
    op.create_index(op.f("ix_guest_review_id"), "guest", ["review_id"])
    op.create_index(op.f("ix_guest_involvement_id"), "guest", ["involvement_id"])
    op.create_index("ix_guest_state", "guest", ["state"])
    op.create_table(
        "guest_notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("guest_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("settled_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_guest_notice_guest_id_guest")),
        sa.ForeignKeyConstraint(
            ["settled_id"], ["settled.id"], name=op.f("fk_guest_notice_settled_id_settled")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_guest_notice_message_id_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_notice")),
        sa.UniqueConstraint("guest_id", "sequence", name=op.f("uq_guest_notice_guest_id_sequence")),
        sa.UniqueConstraint("message_id", name=op.f("uq_guest_notice_message_id")),
    )


def downgrade() -> None:
    op.drop_table("guest_notice")
    op.drop_table("guest")
