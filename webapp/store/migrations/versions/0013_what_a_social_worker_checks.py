"""Who may be asked, what was said in a talk with the social worker, and what became of work passed on"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_check",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("wish", sa.String(length=64), nullable=True),
        sa.Column("involvement_id", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("checked_by", sa.String(length=32), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_person_check_checked_by_staff")),
        sa.ForeignKeyConstraint(
            ["involvement_id"], ["involvement.id"], name=op.f("fk_person_check_involvement_id_involvement")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_person_check_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_check")),
    )
    op.create_index("ix_person_check_review_involvement", "person_check", ["review_id", "involvement_id"])
    op.create_index(op.f("ix_person_check_wish"), "person_check", ["wish"])
    op.create_table(
        "mailing_check",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("checked_by", sa.String(length=32), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_mailing_check_checked_by_staff")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_mailing_check_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_check")),
    )
    op.create_index(op.f("ix_mailing_check_review_id"), "mailing_check", ["review_id"])
    op.create_table(
        "statutory_talk",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("typed_by", sa.String(length=32), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_statutory_talk_review_id_review")
        ),
        sa.ForeignKeyConstraint(["typed_by"], ["staff.id"], name=op.f("fk_statutory_talk_typed_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_talk")),
    )
    op.create_index(op.f("ix_statutory_talk_review_id"), "statutory_talk", ["review_id"])
    op.create_table(
        "passed_work",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_passed_work_by_staff")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_passed_work_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_work")),
    )
    op.create_index(op.f("ix_passed_work_decision_id"), "passed_work", ["decision_id"])


def downgrade() -> None:
    op.drop_table("passed_work")
    op.drop_table("statutory_talk")
    op.drop_table("mailing_check")
    op.drop_table("person_check")
