"""Imports from other help desks."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0036_imports'),
        ('tickets', '0066_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=20, verbose_name='format')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('state', models.CharField(choices=[('reading', 'Reading the file'), ('previewed', 'Ready to review'), ('running', 'Running'), ('paused', 'Paused'), ('done', 'Finished'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='reading', max_length=9, verbose_name='state')),
                ('mapping', models.JSONField(default=dict, verbose_name='mapping')),
                ('preview', models.JSONField(default=dict, verbose_name='preview')),
                ('counts', models.JSONField(default=dict, verbose_name='counts')),
                ('was_read', models.PositiveIntegerField(default=0, verbose_name='records read')),
                ('handled', models.PositiveIntegerField(default=0, verbose_name='records imported')),
                ('cursor', models.JSONField(default=list)),
                ('error', models.TextField(blank=True, default='', verbose_name='error')),
                ('created_at', models.DateTimeField(verbose_name='uploaded')),
                ('started_at', models.DateTimeField(null=True, verbose_name='started')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('agent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='started by')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ImportRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.PositiveSmallIntegerField()),
                ('key', models.CharField(db_collation='C', max_length=210)),
                ('kind', models.CharField(max_length=12)),
                ('source_id', models.CharField(max_length=190)),
                ('data', models.JSONField()),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='records', to='tickets.importrun')),
            ],
            options={
                'verbose_name': 'record of an import',
                'verbose_name_plural': 'records of imports',
            },
        ),
        migrations.CreateModel(
            name='ImportProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12, verbose_name='kind')),
                ('source_id', models.CharField(max_length=190, verbose_name='ID in the source')),
                ('code', models.CharField(max_length=30)),
                ('data', models.JSONField(default=dict)),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='tickets.importrun')),
            ],
            options={
                'verbose_name': 'problem of an import',
                'verbose_name_plural': 'problems of imports',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ImportedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=12)),
                ('source_id', models.CharField(max_length=190)),
                ('row_id', models.BigIntegerField()),
                ('number', models.CharField(blank=True, default='', max_length=40)),
                ('digest', models.CharField(blank=True, default='', max_length=32)),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
            ],
            options={
                'verbose_name': 'imported row',
                'verbose_name_plural': 'imported rows',
                'indexes': [models.Index(condition=models.Q(('number', ''), _negated=True), fields=['desk', 'number'], name='imported_number'), models.Index(condition=models.Q(('kind', 'ticket')), fields=['row_id'], name='imported_ticket')],
                'constraints': [models.UniqueConstraint(fields=('desk', 'source', 'kind', 'source_id'), name='imported_row_once')],
            },
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(condition=models.Q(('state__in', ['reading', 'running'])), fields=['desk', 'id'], name='import_unfinished'),
        ),
        migrations.AddIndex(
            model_name='importrun',
            index=models.Index(fields=['created_at'], name='import_by_age'),
        ),
        migrations.AddConstraint(
            model_name='importrun',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'paused'])), fields=('desk',), name='import_one_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='importrecord',
            index=models.Index(fields=['run', 'phase', 'key', 'id'], name='import_record_order'),
        ),
        migrations.AddIndex(
            model_name='importrecord',
            index=models.Index(fields=['run', 'kind', 'source_id'], name='import_record_by_id'),
        ),
        migrations.AddIndex(
            model_name='importproblem',
            index=models.Index(fields=['run', 'id'], name='import_problem_of_run'),
        ),
        WallOff("tickets_importrun"),
        WallOff("tickets_importrecord"),
        WallOff("tickets_importproblem"),
        WallOff("tickets_importedrow"),
        KeysWithinDesk("ImportRun", "ImportRecord", "ImportProblem", "ImportedRow"),
    ]
