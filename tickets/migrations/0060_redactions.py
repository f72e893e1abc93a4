"""Removed files, and what was read from support packets."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index made concurrently

    dependencies = [
        ("tickets", "0059_troubleshooting"),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='packet',
            field=models.JSONField(db_default={}, default=dict, help_text='What was read from a support packet. Empty for other files.', verbose_name='support packet'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='packet_attempts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='attachment',
            name='packet_due_at',
            field=models.DateTimeField(help_text="When the archive is read next. Empty if it doesn't wait for that.", null=True),
        ),
        migrations.AddField(
            model_name='attachment',
            name='removed_at',
            field=models.DateTimeField(help_text='When an agent deleted the file; its name stays.', null=True, verbose_name='removed'),
        ),
        AddIndexConcurrently(
            model_name='attachment',
            index=models.Index(condition=models.Q(('packet_due_at__isnull', False)), fields=['packet_due_at'], name='attachment_packet_due'),
        ),
    ]
