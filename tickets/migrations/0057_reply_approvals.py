"""Replies that wait for approval, and who would have got a pending reply when it was written."""

import django.db.models.deletion
from django.db import migrations, models
from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0033_trainees"),
        ("tickets", "0056_field_values_of_old_tickets"),
    ]

    operations = [
        migrations.AddField(
            model_name='pendingreply',
            name='approver',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='pendingreply',
            name='awaits_approval',
            field=models.BooleanField(db_default=False, default=False, verbose_name='waits for approval'),
        ),
        migrations.AddField(
            model_name='pendingreply',
            name='channel',
            field=models.CharField(db_default='agent', default='agent', max_length=10),
        ),
        migrations.AddField(
            model_name='pendingreply',
            name='recipients',
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name='pendingreply',
            name='held_reason',
            field=models.CharField(blank=True, choices=[('closed', 'The ticket was closed in the meantime.'), ('no_access', 'Its author can no longer change this ticket.'), ('refused', 'The reply needs a change before it can be sent.'), ('recipients', 'The people who would get it have changed since it was written.'), ('failed', 'Something went wrong on our side.')], default='', max_length=10),
        ),
        migrations.AddIndex(
            model_name='pendingreply',
            index=models.Index(condition=models.Q(('awaits_approval', True)), fields=['desk', 'created_at'], name='pending_reply_approval'),
        ),
        KeysWithinDesk("PendingReply"),
    ]
