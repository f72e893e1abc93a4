"""Connections to channels, their events, conversations and messages."""

import channels_intake.models.code_hosts
import django.db.models.deletion
from django.db import migrations, models

from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_handles'),
        ('channels_intake', '0019_newest_calls_and_events'),
        ('tickets', '0046_more_channels'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outgoingcall',
            name='kind',
            field=models.CharField(choices=[('code_host', 'Code host'), ('team_chat', 'Team chat'), ('paging', 'Paging'), ('channel', 'Channel')], max_length=12, verbose_name='system'),
        ),
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hotline', 'Hotline (Freshcaller)'), ('calls', 'Other phone system'), ('facebook', 'Facebook page'), ('instagram', 'Instagram'), ("x", "X (Twitter)"), ('rocketchat', 'Live chat (Rocket.Chat Omnichannel)'), ('messenger', 'Website messenger'), ('reviews', 'App reviews (AppFollow)'), ('form', 'Website form'), ('whatsapp', 'WhatsApp'), ('telegram', 'Telegram')], max_length=12, verbose_name='channel')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('external_id', models.CharField(blank=True, default='', max_length=190, verbose_name='ID')),
                ('api_url', models.URLField(blank=True, default='', help_text="Leave empty to use the provider's own URL.", verbose_name="API URL")),
                ('settings', models.JSONField(default=dict, editable=False)),
                ('sealed_secrets', models.TextField(default='', editable=False)),
                ('hook_token', models.CharField(default=channels_intake.models.code_hosts.new_hook_token, editable=False, max_length=40)),
                ('cursor', models.JSONField(default=dict, editable=False)),
                ('is_paused', models.BooleanField(default=False, help_text="While paused, messages and replies wait. They continue in order when you "
"resume.", verbose_name='paused')),
                ('silent_until', models.DateTimeField(editable=False, null=True, verbose_name='opens tickets since')),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500, verbose_name='problem')),
                ('problem_since', models.DateTimeField(editable=False, null=True)),
                ('told_at', models.DateTimeField(editable=False, null=True)),
                ('checked_at', models.DateTimeField(editable=False, null=True, verbose_name='last response')),
                ('last_event_at', models.DateTimeField(editable=False, null=True, verbose_name='last event')),
                ('next_poll_at', models.DateTimeField(editable=False, null=True)),
                ('busy_until', models.DateTimeField(editable=False, null=True)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ChannelEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.CharField(max_length=190, verbose_name='ID')),
                ('raw', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('received', 'Received'), ('processed', 'Processed'), ('set_aside', 'Not processed')], default='received', max_length=9, verbose_name='state')),
                ('reason', models.CharField(blank=True, default='', max_length=40, verbose_name='reason')),
                ('reason_data', models.JSONField(default=dict, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='channels_intake.connection', verbose_name='channel')),
            ],
            options={
                'verbose_name': "channel event",
                'verbose_name_plural': "channel events",
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=190)),
                ('is_public', models.BooleanField(default=False)),
                ('data', models.JSONField(default=dict)),
                ('window_from', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='channels_intake.connection')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('handle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='accounts.contacthandle')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
            },
        ),
        migrations.CreateModel(
            name='ChannelMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('in', 'From the customer'), ('out', 'To the customer')], max_length=3)),
                ('external_id', models.CharField(default='', max_length=190)),
                ('part', models.PositiveSmallIntegerField(default=0)),
                ('notice', models.CharField(default='', max_length=10)),
                ('state', models.CharField(choices=[('received', 'Received'), ('queued', 'Queued'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('read', 'Read'), ('failed', 'Failed'), ('deleted', 'Deleted by the author')], max_length=9)),
                ('problem', models.CharField(default='', max_length=500)),
                ('written_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='tickets.message')),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='channels_intake.connection')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='channels_intake.conversation')),
            ],
            options={
                'verbose_name': "channel message",
                'verbose_name_plural': "channel messages",
                'ordering': ['written_at', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='connection',
            index=models.Index(condition=models.Q(('is_paused', False), ('next_poll_at__isnull', False)), fields=['next_poll_at'], name='connection_to_poll'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(fields=('desk', 'hook_token'), name='connection_hook_once'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('desk', 'kind', 'external_id'), name='connection_once', violation_error_message="This desk already has a channel with this ID."),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='connection_name_once', violation_error_message='There is already a channel with this name.'),
        ),
        migrations.AddIndex(
            model_name='channelevent',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['next_try_at'], name='channel_event_due'),
        ),
        migrations.AddIndex(
            model_name='channelevent',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['connection', 'id'], name='channel_event_waiting'),
        ),
        migrations.AddIndex(
            model_name='channelevent',
            index=models.Index(fields=['received_at'], name='channel_event_by_age'),
        ),
        migrations.AddIndex(
            model_name='channelevent',
            index=models.Index(fields=['desk', '-id'], name='channel_event_newest'),
        ),
        migrations.AddConstraint(
            model_name='channelevent',
            constraint=models.UniqueConstraint(fields=('connection', 'event_id'), name='channel_event_once'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['connection', '-id'], name='conversation_newest'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(fields=('connection', 'external_id'), name='conversation_once'),
        ),
        migrations.AddConstraint(
            model_name='channelmessage',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('connection', 'external_id'), name='channel_message_once'),
        ),
        migrations.AddConstraint(
            model_name='channelmessage',
            constraint=models.UniqueConstraint(condition=models.Q(('direction', 'out')), fields=('message', 'part'), name='channel_part_once'),
        ),
        WallOff("channels_intake_connection"),
        WallOff("channels_intake_channelevent"),
        WallOff("channels_intake_conversation"),
        WallOff("channels_intake_channelmessage"),
        NewVersionOnChange("channels_intake_connection", column="is_paused"),
        KeysWithinDesk("ChannelEvent", "Conversation", "ChannelMessage"),
    ]
