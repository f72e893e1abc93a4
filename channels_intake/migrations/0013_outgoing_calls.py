"""Calls to other systems, stored before they are sent."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_defects'),
        ('channels_intake', '0012_escalation_emails'),
        ('tickets', '0039_defects'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('code_host', 'Code host'), ('team_chat', 'Team chat'), ('paging', 'Paging')], max_length=12, verbose_name='system')),
                ('connection_id', models.BigIntegerField(verbose_name='connection')),
                ('lane', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('key', models.CharField(max_length=120, verbose_name='key')),
                ('is_urgent', models.BooleanField(default=False, verbose_name='urgent')),
                ('method', models.CharField(default='POST', max_length=6, verbose_name='method')),
                ('path', models.CharField(blank=True, default='', max_length=500, verbose_name='path')),
                ('body', models.JSONField(default=dict, verbose_name='body')),
                ('data', models.JSONField(default=dict, editable=False)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('failed', 'Failed')], default='queued', max_length=6, verbose_name='state')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('gives_up_at', models.DateTimeField(verbose_name='tried until')),
                ('claimed_until', models.DateTimeField(editable=False, null=True)),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='HTTP status')),
                ('summary', models.CharField(blank=True, default='', max_length=500, verbose_name='response')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'outgoing call',
                'verbose_name_plural': 'outgoing calls',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['desk', 'kind', 'connection_id', 'lane', 'id'], name='call_in_order'), models.Index(condition=models.Q(('state', 'queued')), fields=['next_try_at'], name='call_due'), models.Index(condition=models.Q(('state', 'queued'), _negated=True), fields=['created_at'], name='call_by_age')],
                'constraints': [models.UniqueConstraint(fields=('desk', 'key'), name='outgoing_call_once')],
            },
        ),
        WallOff("channels_intake_outgoingcall"),
        KeysWithinDesk("OutgoingCall"),
    ]
