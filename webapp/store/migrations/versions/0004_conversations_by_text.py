"""Conversations by text message and WhatsApp, and what a provider says of a message"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('phone',
    sa.Column('number_hash', sa.String(length=64), nullable=False),
    sa.Column('opted_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opted_out_word', sa.String(length=40), nullable=True),
    sa.Column('opted_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('whatsapp_opt_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('whatsapp_opt_in_by', sa.String(length=40), nullable=True),
    sa.Column('whatsapp_opt_in_how', sa.String(length=40), nullable=True),
    sa.Column('wrong_number_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wrong_number_how', sa.String(length=40), nullable=True),
    sa.Column('unknown_day', sa.Date(), nullable=True),
    sa.Column('unknown_count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('number_hash', name=op.f('pk_phone'))
    )
    op.create_table('conversation',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('number_hash', sa.String(length=64), nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('number', sa.LargeBinary(), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('consultation_id', sa.String(length=32), nullable=True),
    sa.Column('visit_id', sa.String(length=32), nullable=True),
    sa.Column('booklet_id', sa.String(length=40), nullable=True),
    sa.Column('prompt_id', sa.String(length=32), nullable=True),
    sa.Column('misses', sa.Integer(), nullable=False),
    sa.Column('out_count', sa.Integer(), nullable=False),
    sa.Column('turns', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('kept', sa.LargeBinary(), nullable=True),
    sa.Column('window_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_conversation_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_conversation_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation')),
    sa.UniqueConstraint('channel', 'number_hash', name=op.f('uq_conversation_channel_number_hash'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_consultation_id'), ['consultation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_number_hash'), ['number_hash'], unique=False)

    op.create_table('inbound',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('provider_id', sa.Text(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('number_hash', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=True),
    sa.Column('consultation_id', sa.String(length=32), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('media', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('opt_out_type', sa.String(length=40), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reply', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_inbound_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_inbound_conversation_id_conversation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound')),
    sa.UniqueConstraint('provider_id', name=op.f('uq_inbound_provider_id'))
    )
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_consultation_id'), ['consultation_id'], unique=False)
        batch_op.create_index('ix_inbound_number_hash_received_at', ['number_hash', 'received_at'], unique=False)

    op.create_table('prompt',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('consultation_id', sa.String(length=32), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('booklet_id', sa.String(length=40), nullable=False),
    sa.Column('question_id', sa.String(length=40), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('done', sa.Text(), nullable=False),
    sa.Column('ids', sa.Text(), nullable=False),
    sa.Column('answer_version', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_prompt_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_prompt_conversation_id_conversation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prompt'))
    )
    with op.batch_alter_table('prompt', schema=None) as batch_op:
        batch_op.create_index('ix_prompt_conversation_id_sequence', ['conversation_id', 'sequence'], unique=False)

    op.create_table('inbound_media',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('inbound_id', sa.String(length=32), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('question_id', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attachment_id', sa.String(length=32), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_inbound_media_attachment_id_attachment')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_inbound_media_conversation_id_conversation')),
    sa.ForeignKeyConstraint(['inbound_id'], ['inbound.id'], name=op.f('fk_inbound_media_inbound_id_inbound')),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_inbound_media_response_id_response')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_media'))
    )
    with op.batch_alter_table('inbound_media', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_media_inbound_id'), ['inbound_id'], unique=False)
        batch_op.create_index('ix_inbound_media_state_due', ['state', 'due_at'], unique=False)

    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('by_text_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('conversation_id', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('status', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('status_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('error_code', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('parts', sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f('ix_message_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_message_conversation_id_conversation'), 'conversation', ['conversation_id'], ['id'])
    with op.batch_alter_table("message") as table:
        table.alter_column("parts", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_message_conversation_id_conversation'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_message_conversation_id'))
        batch_op.drop_column('parts')
        batch_op.drop_column('error_code')
        batch_op.drop_column('status_at')
        batch_op.drop_column('status')
        batch_op.drop_column('sealed')
        batch_op.drop_column('conversation_id')

    with op.batch_alter_table('consultation', schema=None) as batch_op:
        batch_op.drop_column('by_text_at')

    with op.batch_alter_table('inbound_media', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_media_state_due')
        batch_op.drop_index(batch_op.f('ix_inbound_media_inbound_id'))

    op.drop_table('inbound_media')
    with op.batch_alter_table('prompt', schema=None) as batch_op:
        batch_op.drop_index('ix_prompt_conversation_id_sequence')

    op.drop_table('prompt')
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_number_hash_received_at')
        batch_op.drop_index(batch_op.f('ix_inbound_consultation_id'))

    op.drop_table('inbound')
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_number_hash'))
        batch_op.drop_index(batch_op.f('ix_conversation_consultation_id'))

    op.drop_table('conversation')
    op.drop_table('phone')
