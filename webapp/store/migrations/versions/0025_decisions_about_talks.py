"""A decision may be about what a child said in a talk, which is in no record"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OF_TALKS = "SELECT id FROM decision WHERE record_id IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("decision") as table:
        table.alter_column("record_id", existing_type=sa.String(length=32), nullable=True)


def downgrade() -> None:
    op.execute(f"DELETE FROM passed_work WHERE decision_id IN ({OF_TALKS})")
    op.execute("DELETE FROM decision WHERE record_id IS NULL")
    with op.batch_alter_table("decision") as table:
        table.alter_column("record_id", existing_type=sa.String(length=32), nullable=False)
