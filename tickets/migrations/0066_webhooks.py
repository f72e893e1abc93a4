"""Webhooks: subscriptions to events and the outbox of their deliveries."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [("tickets", "0065_mail_faults")]

    operations = [
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='kind')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='waiting', max_length=9, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('first_tried_at', models.DateTimeField(editable=False, null=True)),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='HTTP status')),
                ('log', models.JSONField(default=list, editable=False)),
                ('answer', models.TextField(blank=True, default='', verbose_name='response')),
                ('sha256', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('size', models.PositiveIntegerField(null=True, verbose_name='bytes')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='WebhookSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('url', models.URLField(help_text='Each event is sent to it with a POST request.', max_length=500, verbose_name='URL')),
                ('kinds', models.JSONField(blank=True, default=list, verbose_name='events')),
                ('filters', models.JSONField(blank=True, default=dict, verbose_name='tickets')),
                ('payload', models.CharField(choices=[('thin', 'The kind of event and IDs only'), ('full', 'Also the ticket and the message')], default='thin', max_length=4, verbose_name='content')),
                ('format', models.CharField(choices=[('standard', 'JSON (Standard Webhooks)'), ('flat', 'Flat JSON without nested objects, for n8n and Zapier'), ('slack', 'Message for Slack and compatible chats')], default='standard', max_length=8, verbose_name='format')),
                ('version', models.CharField(choices=[('1', '1')], default='1', max_length=4, verbose_name='version')),
                ('includes_internal', models.BooleanField(default=False, help_text='Customers never see these. All admins are notified if you turn this on.', verbose_name='include internal notes and events')),
                ('sealed_secret', models.TextField(default='', editable=False)),
                ('sealed_former_secret', models.TextField(blank=True, default='', editable=False)),
                ('former_until', models.DateTimeField(editable=False, null=True)),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('ended', 'Ended')], default='active', max_length=6, verbose_name='state')),
                ('stop_reason', models.CharField(blank=True, choices=[('admin', 'An admin paused it.'), ('failing', 'The receiver accepted nothing for three days.'), ('gone', 'The receiver responded with 410 (Gone).')], default='', max_length=7, verbose_name='reason')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='paused since')),
                ('failures', models.PositiveIntegerField(default=0, editable=False)),
                ('last_success_at', models.DateTimeField(null=True, verbose_name='last delivery')),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('claimed_until', models.DateTimeField(editable=False, null=True)),
                ('replay_after', models.BigIntegerField(editable=False, null=True)),
                ('replay_since', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(verbose_name='created')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticketevent', verbose_name='event'),
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='ticket'),
        ),
        migrations.AddField(
            model_name='webhooksubscription',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='subscription',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='tickets.webhooksubscription', verbose_name='webhook'),
        ),
        migrations.AddConstraint(
            model_name='webhooksubscription',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='webhook_name_unique', violation_error_message='There is already a webhook with this name.'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['subscription', '-id'], name='webhook_newest'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['desk', '-id'], name='webhook_newest_of_desk'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['subscription', 'event'], name='webhook_waiting'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['subscription', 'ticket', 'event'], name='webhook_in_order'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_try_at'], name='webhook_due'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting'), _negated=True), fields=['created_at'], name='webhook_by_age'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('event', 'subscription'), name='webhook_event_once'),
        ),
        WallOff("tickets_webhooksubscription"),
        WallOff("tickets_webhookdelivery"),
        KeysWithinDesk("WebhookSubscription", "WebhookDelivery"),
    ]
