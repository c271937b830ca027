"""What the Review Unit's day counts by, for very many children"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_consultation_state_due", table_name="consultation")
    op.create_index("ix_consultation_state_due", "consultation", ["state", "due_on", "reason", "involvement_id", "review_id"])


def downgrade() -> None:
    op.drop_index("ix_consultation_state_due", table_name="consultation")
    op.create_index("ix_consultation_state_due", "consultation", ["state", "due_on"])
