"""Ways for staff to sign in: single sign-on, passkeys, a link that sets an account up; and who stands in for whom"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _staff(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id_staff"))


def upgrade() -> None:
    op.add_column(
        "staff_visit", sa.Column("way", sa.String(length=40), nullable=False, server_default="password")
    )
    op.create_table(
        "staff_setup",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _staff("staff_setup"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_setup")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_setup_token_hash")),
    )
    op.create_index(op.f("ix_staff_setup_staff_id"), "staff_setup", ["staff_id"])
    op.create_table(
        "staff_identity",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        _staff("staff_identity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_staff_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_staff_identity_staff_id"), "staff_identity", ["staff_id"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _staff("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"])
    op.create_table(
        "challenge",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _staff("challenge"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_expires_at"), "challenge", ["expires_at"])
    op.create_table(
        "stand_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _staff("stand_in"),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_stand_in_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    op.create_index("ix_stand_in_staff_id_review_id", "stand_in", ["staff_id", "review_id"])
    op.create_index(op.f("ix_stand_in_review_id"), "stand_in", ["review_id"])


def downgrade() -> None:
    for table in ("stand_in", "challenge", "passkey", "staff_identity", "staff_setup"):
        op.drop_table(table)
    with op.batch_alter_table("staff_visit") as table:
        table.drop_column("way")
