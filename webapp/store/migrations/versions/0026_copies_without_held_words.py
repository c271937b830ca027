"""Records that go to case systems without words that are held back"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "left_out",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_as", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["sent_as"], ["record.id"], name=op.f("fk_left_out_sent_as_record")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_left_out_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_left_out")),
    )


def downgrade() -> None:
    op.drop_table("left_out")
