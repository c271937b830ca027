"""What screening found, and the worry it belongs to"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("worry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("about", sa.String(length=40), nullable=False, server_default=""))
    with op.batch_alter_table("worry", schema=None) as batch_op:
        batch_op.alter_column("urgent", server_default=None)
        batch_op.alter_column("about", server_default=None)
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("worry_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_screening_worry_id"), ["worry_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_screening_worry_id_worry"), "worry", ["worry_id"], ["id"])
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)
        batch_op.alter_column("urgent", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_screening_worry_id_worry"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_screening_worry_id"))
        for name in ("read_at", "worry_id", "urgent", "kind"):
            batch_op.drop_column(name)
    with op.batch_alter_table("worry", schema=None) as batch_op:
        batch_op.drop_column("about")
        batch_op.drop_column("urgent")
