"""Events to case systems beside records, and calls to our API"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_call",
        sa.Column("caller", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_api_call")),
    )
    with op.batch_alter_table("api_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_call_at"), ["at"], unique=False)

    op.create_table(
        "announcement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_announcement_child_id_child")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_announcement_record_id_record")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_announcement_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_announcement_kind_subject")),
    )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcement_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcement_review_id"), ["review_id"], unique=False)

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("announcement_id", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("lane", sa.String(length=40), server_default="records", nullable=False)
        )
        batch_op.create_index("ix_delivery_adapter_made", ["adapter", "made_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_announcement_id_announcement"), "announcement", ["announcement_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delivery_announcement_id_announcement"), type_="foreignkey")
        batch_op.drop_index("ix_delivery_adapter_made")
        batch_op.drop_column("lane")
        batch_op.drop_column("announcement_id")
    op.drop_table("announcement")
    op.drop_table("api_call")
