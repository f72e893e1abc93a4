"""Services that page agents."""

import django.db.models.deletion
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
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('department', models.ForeignKey(blank=True, help_text='Only tickets of this department. Leave empty for all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'paging service',
                'verbose_name_plural': 'paging services',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'name'), name='paging_name_unique', violation_error_message='There is already a service with this name.')],
            },
        ),
        WallOff("channels_intake_pagingservice"),
        KeysWithinDesk("pagingservice"),
    ]
