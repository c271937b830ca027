"""A visit in which the Review Unit types what came back on paper"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("paper_id", sa.String(length=32), nullable=True))
        table.create_foreign_key(
            op.f("fk_visit_paper_id_paper_booklet"), "paper_booklet", ["paper_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.drop_constraint(op.f("fk_visit_paper_id_paper_booklet"), type_="foreignkey")
        table.drop_column("paper_id")
