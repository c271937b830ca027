"""Texts of somebody who isn't recognised are read for worries; a question's row says nothing of the one after it"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbound") as table:
        table.add_column(sa.Column("screening", sa.String(length=40), nullable=False, server_default=""))
        table.create_index(op.f("ix_inbound_screening"), ["screening"], unique=False)
    with op.batch_alter_table("inbound") as table:
        table.alter_column("screening", server_default=None)
    with op.batch_alter_table("prompt") as table:
        table.drop_column("superseded_at")


def downgrade() -> None:
    with op.batch_alter_table("prompt") as table:
        table.add_column(sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("inbound") as table:
        table.drop_index(op.f("ix_inbound_screening"))
        table.drop_column("screening")
