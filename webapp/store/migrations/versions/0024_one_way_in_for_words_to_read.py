"""Whatever is typed waits to be read in one place, talks and translations too; a worry stands with its review"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID, _CODE = sa.String(length=32), sa.String(length=40)


def upgrade() -> None:
    _worries()
    with op.batch_alter_table("screening") as table:
        table.add_column(sa.Column("source", sa.Text(), nullable=True))
        table.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("review_id", _ID, nullable=True))
        table.add_column(sa.Column("consultation_id", _ID, nullable=True))
        table.add_column(sa.Column("who", _CODE, nullable=True))
        table.create_index(op.f("ix_screening_source"), ["source"])
        for name in ("review", "consultation"):
            table.create_foreign_key(op.f(f"fk_screening_{name}_id_{name}"), name, [f"{name}_id"], ["id"])
    of = "FROM request r WHERE r.id = screening.request_id"
    op.execute(f"""
        UPDATE screening SET source = 'request.sealed:' || request_id, review_id = (SELECT r.review_id {of}),
               consultation_id = (SELECT r.consultation_id {of}),
               sealed = CASE WHEN state = 'clear' THEN NULL ELSE (SELECT r.sealed {of}) END
        WHERE request_id IS NOT NULL""")
    with op.batch_alter_table("screening") as table:
        table.drop_constraint(op.f("fk_screening_request_id_request"), type_="foreignkey")
        table.drop_constraint(op.f("uq_screening_request_id"), type_="unique")
        table.drop_column("request_id")
    _others()
    for name in ("guest", "halfway"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"fk_{name}_worry_id_worry"), type_="foreignkey")
            table.drop_index(op.f(f"ix_{name}_screened"))
            table.drop_column("worry_id")
            table.drop_column("screened")


def _worries() -> None:
    with op.batch_alter_table("worry") as table:
        table.add_column(sa.Column("review_id", _ID, nullable=True))
    op.execute("""
        UPDATE worry SET review_id = (SELECT c.review_id FROM consultation c WHERE c.id = worry.consultation_id)""")
    with op.batch_alter_table("worry") as table:
        table.alter_column("review_id", existing_type=_ID, nullable=False)
        table.alter_column("consultation_id", existing_type=_ID, nullable=True)
        table.create_index(op.f("ix_worry_review_id"), ["review_id"])
        table.create_foreign_key(op.f("fk_worry_review_id_review"), "review", ["review_id"], ["id"])


def _others() -> None:
    """What waits in the other tables, and what was found in them; talks and translations were never read."""
    into = """INSERT INTO screening (question_id, version, kind, urgent, source, sealed, review_id, consultation_id,
                                     who, language, state, worry_id, made_at) """
    kept = "CASE WHEN h.screened = 'waiting' THEN h.{} END"
    op.execute(f"""{into} SELECT '', 0, '', false, 'halfway.sealed:' || h.id, {kept.format("sealed")}, h.review_id,
        h.consultation_id, NULL, h.language, h.screened, h.worry_id, h.said_at
        FROM halfway h WHERE h.screened <> 'clear'""")
    own = """(SELECT min(c.id) FROM consultation c
              WHERE c.review_id = h.review_id AND c.involvement_id = h.involvement_id)"""
    speaks = """coalesce((SELECT p.language FROM involvement i JOIN person p ON p.id = i.person_id
                          WHERE i.id = h.involvement_id), 'en')"""
    op.execute(f"""{into} SELECT '', 0, '', false, 'guest.answer:' || h.id, {kept.format("answer")}, h.review_id,
        {own}, CASE WHEN {own} IS NULL THEN 'guest' END, {speaks}, h.screened, h.worry_id, h.answered_at
        FROM guest h WHERE h.screened <> 'clear' AND h.answer IS NOT NULL AND h.answered_at IS NOT NULL""")
    op.execute(f"""{into} SELECT '', 0, '', false, 'statutory_talk.sealed:' || t.id, t.sealed, t.review_id, NULL,
        'child', 'en', 'waiting', NULL, t.typed_at FROM statutory_talk t""")
    op.execute(f"""{into} SELECT '', 0, '', false, 'translation.done:' || t.id, t.done, t.review_id,
        coalesce(p.consultation_id, r.consultation_id), NULL, 'en', 'waiting', NULL, t.done_at FROM translation t
        LEFT JOIN response p ON p.id = t.response_id LEFT JOIN request r ON r.id = t.request_id
        WHERE t.done IS NOT NULL AND coalesce(t.response_id, t.request_id) IS NOT NULL""")


def downgrade() -> None:
    """What waits in the one place is read by nobody before: go back only once nothing waits."""
    for name in ("guest", "halfway"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("screened", _CODE, nullable=False, server_default="waiting"))
            table.add_column(sa.Column("worry_id", _ID, nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_worry_id_worry"), "worry", ["worry_id"], ["id"])
            table.create_index(op.f(f"ix_{name}_screened"), ["screened"])
    op.execute("DELETE FROM screening WHERE response_id IS NULL")
    with op.batch_alter_table("screening") as table:
        for other in ("review", "consultation"):
            table.drop_constraint(op.f(f"fk_screening_{other}_id_{other}"), type_="foreignkey")
        table.drop_index(op.f("ix_screening_source"))
        for column in ("source", "sealed", "review_id", "consultation_id", "who"):
            table.drop_column(column)
        table.add_column(sa.Column("request_id", _ID, nullable=True))
        table.create_unique_constraint(op.f("uq_screening_request_id"), ["request_id"])
        table.create_foreign_key(op.f("fk_screening_request_id_request"), "request", ["request_id"], ["id"])
    op.execute("DELETE FROM screening WHERE worry_id IN (SELECT id FROM worry WHERE consultation_id IS NULL)")
    op.execute("DELETE FROM worry WHERE consultation_id IS NULL")
    with op.batch_alter_table("worry") as table:
        table.drop_constraint(op.f("fk_worry_review_id_review"), type_="foreignkey")
        table.drop_index(op.f("ix_worry_review_id"))
        table.drop_column("review_id")
        table.alter_column("consultation_id", existing_type=_ID, nullable=False)
