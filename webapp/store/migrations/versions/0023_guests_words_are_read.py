"""What guests write is read for worries"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("guest") as table:
        table.add_column(sa.Column("screened", sa.String(length=40), nullable=False, server_default="clear"))
        table.add_column(sa.Column("worry_id", sa.String(length=32), nullable=True))
        table.create_foreign_key(op.f("fk_guest_worry_id_worry"), "worry", ["worry_id"], ["id"])
        table.create_index(op.f("ix_guest_screened"), ["screened"])
    op.execute("UPDATE guest SET screened = 'waiting' WHERE answer IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("guest") as table:
        table.drop_index(op.f("ix_guest_screened"))
        table.drop_constraint(op.f("fk_guest_worry_id_worry"), type_="foreignkey")
        table.drop_column("worry_id")
        table.drop_column("screened")
