"""Whether a check before a mailing still holds, and whether what was passed on is arranged"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailing_check", sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("decision", sa.Column("arranged", sa.String(length=40), nullable=False, server_default=""))
    op.create_index("ix_decision_to_arrange", "decision", ["passed_to", "arranged"])


def downgrade() -> None:
    op.drop_index("ix_decision_to_arrange", table_name="decision")
    with op.batch_alter_table("decision") as batch:
        batch.drop_column("arranged")
    with op.batch_alter_table("mailing_check") as batch:
        batch.drop_column("superseded_at")
