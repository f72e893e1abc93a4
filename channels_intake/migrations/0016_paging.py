"""Services that page agents."""

import django.db.models.deletion
import channels_intake.models.code_hosts
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_defects'),
        ('channels_intake', '0015_team_chat'),
    ]

    operations = [
        migrations.CreateModel(
            name='PagingService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('kind', models.CharField(choices=[('pagerduty', 'PagerDuty (Events API v2)'), ('jsm', 'Jira Service Management Operations'), ('webhook', 'Signed webhook'), ('email', 'Email to the alerted agents')], max_length=10, verbose_name='service')),
                ('url', models.URLField(blank=True, default='', help_text="Where the webhook is sent. For PagerDuty in the EU service region, https://events.eu.pagerduty.com. Leave empty for the service's usual address.", verbose_name='URL')),
                ('sealed_secret', models.TextField(default='', editable=False)),
                ('sealed_webhook_secret', models.TextField(default='', editable=False)),
                ('hook_token', models.CharField(default=channels_intake.models.code_hosts.new_hook_token, editable=False, max_length=40)),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('department', models.ForeignKey(blank=True, help_text='Only tickets of this department. Leave empty for all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'paging service',
                'verbose_name_plural': 'paging services',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'name'), name='paging_name_unique', violation_error_message='There is already a service with this name.'), models.UniqueConstraint(fields=('desk', 'hook_token'), name='paging_hook_once')],
            },
        ),
        migrations.CreateModel(
            name='PageEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raw', models.BinaryField()),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('received', 'Received'), ('processed', 'Processed'), ('set_aside', 'Not processed')], default='received', max_length=9, verbose_name='state')),
                ('reason', models.CharField(blank=True, choices=[('unreadable', "The body isn't an event as PagerDuty documents it."), ('unknown_alert', "The incident isn't about an alert of this service."), ('over', 'The alert that it is about was already resolved.'), ('failed', 'Processing failed. The error is in the log.')], default='', max_length=13, verbose_name='reason')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='channels_intake.pagingservice', verbose_name='service')),
            ],
            options={
                'verbose_name': 'event of a paging service',
                'verbose_name_plural': 'events of paging services',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['next_try_at'], name='page_event_due'), models.Index(fields=['received_at'], name='page_event_by_age')],
                'constraints': [models.UniqueConstraint(fields=('service', 'sha256'), name='page_event_once')],
            },
        ),
        WallOff("channels_intake_pagingservice"),
        WallOff("channels_intake_pageevent"),
        KeysWithinDesk("pagingservice", "pageevent"),
    ]
