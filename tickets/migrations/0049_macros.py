"""Macros and bulk changes of tickets."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_handles'),
        ('tickets', '0048_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acts', models.JSONField(default=dict, verbose_name='changes')),
                ('macro', models.CharField(blank=True, default='', max_length=80, verbose_name='macro')),
                ('macro_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField(verbose_name='started')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('undo_of', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undo', to='tickets.bulkjob', verbose_name='undo of')),
            ],
            options={
                'verbose_name': 'bulk change',
                'verbose_name_plural': 'bulk changes',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='BulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('due', 'Waiting'), ('done', 'Changed'), ('unchanged', 'Unchanged'), ('refused', 'Refused')], default='due', max_length=9, verbose_name='state')),
                ('reason', models.CharField(blank=True, default='', max_length=300, verbose_name='reason')),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='tickets.bulkjob')),
            ],
            options={
                'verbose_name': 'ticket in a bulk change',
                'verbose_name_plural': 'tickets in bulk changes',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Macro',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('text', models.TextField(blank=True, default='', verbose_name='reply')),
                ('translations', models.JSONField(blank=True, default=dict, editable=False)),
                ('acts', models.JSONField(blank=True, default=dict, verbose_name='changes')),
                ('uses', models.PositiveIntegerField(default=0, editable=False, verbose_name='times used')),
                ('used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('owner', models.ForeignKey(blank=True, help_text='Empty for a shared macro.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent', verbose_name='owner')),
            ],
            options={
                'verbose_name': 'macro',
                'verbose_name_plural': 'macros',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='bulkjob',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['desk', 'id'], name='bulk_job_unfinished'),
        ),
        migrations.AddIndex(
            model_name='bulkjob',
            index=models.Index(fields=['created_at'], name='bulk_job_by_age'),
        ),
        migrations.AddIndex(
            model_name='bulkitem',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['job', 'id'], name='bulk_item_due'),
        ),
        migrations.AddConstraint(
            model_name='bulkitem',
            constraint=models.UniqueConstraint(fields=('job', 'ticket'), name='bulk_ticket_once'),
        ),
        migrations.AddIndex(
            model_name='macro',
            index=models.Index(fields=['desk', 'owner', '-uses'], name='macro_most_used'),
        ),
        migrations.AddConstraint(
            model_name='macro',
            constraint=models.UniqueConstraint(models.F('desk'), models.F('owner'), django.db.models.functions.text.Lower('name'), name='macro_name_unique', nulls_distinct=False),
        ),
        WallOff("tickets_macro"),
        WallOff("tickets_bulkjob"),
        WallOff("tickets_bulkitem"),
        KeysWithinDesk("Macro", "BulkJob", "BulkItem"),
    ]
