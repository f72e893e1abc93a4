"""Fair shares of unread email by desk, and sources that are stored apart and deleted in time."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# The source of an email lies apart from its row, so that an update copies only the row. LZ4 is much
# faster than PostgreSQL's own compression, but not every PostgreSQL has it.
STORAGE = """
ALTER TABLE channels_intake_inboundmessage SET (
  fillfactor = 85, toast_tuple_target = 900, autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05
);
DO $$
BEGIN
  ALTER TABLE channels_intake_inboundmessage ALTER COLUMN raw SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN
  NULL;
END
$$;
"""
RESET = """
ALTER TABLE channels_intake_inboundmessage RESET (
  fillfactor, toast_tuple_target, autovacuum_vacuum_scale_factor,
  autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor
);
ALTER TABLE channels_intake_inboundmessage ALTER COLUMN raw SET COMPRESSION default;
"""


class Migration(migrations.Migration):
    # Indexes are built concurrently.
    atomic = False

    dependencies = [
        ('accounts', '0010_email_source_days'),
        ('channels_intake', '0006_help_texts'),
        ('tickets', '0013_queue_rows'),
    ]

    operations = [
        migrations.RunSQL(STORAGE, RESET),
        RemoveIndexConcurrently(
            model_name='inboundmessage',
            name='inbound_unread',
        ),
        RemoveIndexConcurrently(
            model_name='inboundmessage',
            name='inbound_message_id',
        ),
        migrations.AddField(
            model_name='inboundmessage',
            name='raw_deleted_at',
            field=models.DateTimeField(help_text='The desk keeps the source of an email for a limited time.', null=True, verbose_name='source deleted at'),
        ),
        migrations.AlterField(
            model_name='inboundmessage',
            name='mailbox',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='channels_intake.mailbox', verbose_name='mailbox'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('mailbox__isnull', True), ('state', 'received')), fields=['desk', 'id'], name='inbound_unread'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('mailbox__isnull', False), ('state', 'received')), fields=['desk', 'id'], name='inbound_waits_for_desk'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['received_at'], name='inbound_oldest_unread'),
        ),
        AddIndexConcurrently(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('lacks_files', False), ('raw_deleted_at__isnull', True), ('state__in', ['processed', 'duplicate'])), fields=['desk', 'received_at'], name='inbound_with_source'),
        ),
    ]
