"""Mentions, watching agents, reactions and pinned notes."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0052_relations"),
    ]

    operations = [
        migrations.CreateModel(
            name='PinnedNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pinned_at', models.DateTimeField(verbose_name='pinned')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('note', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.note', verbose_name='note')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='pinned_note', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'pinned note',
                'verbose_name_plural': 'pinned notes',
            },
        ),
        migrations.CreateModel(
            name='NoteMention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('note', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='tickets.note')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['agent', 'ticket'], name='mention_of_agent')],
                'constraints': [models.UniqueConstraint(fields=('note', 'agent'), name='mention_once')],
            },
        ),
        migrations.CreateModel(
            name='NoteReaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('agree', 'Agree'), ('thanks', 'Thanks'), ('celebrate', 'Celebrate'), ('looking', 'Looking into it'), ('done', 'Done')], max_length=10, verbose_name='reaction')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('note', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='tickets.note')),
            ],
            options={
                'verbose_name': 'reaction',
                'verbose_name_plural': 'reactions',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('note', 'agent', 'kind'), name='reaction_once')],
            },
        ),
        migrations.CreateModel(
            name='Watcher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watched', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watchers', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'watcher',
                'verbose_name_plural': 'watchers',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'agent'), name='watcher_once')],
            },
        ),
        WallOff("tickets_notemention"),
        WallOff("tickets_watcher"),
        WallOff("tickets_notereaction"),
        WallOff("tickets_pinnednote"),
        KeysWithinDesk("NoteMention", "Watcher", "NoteReaction", "PinnedNote"),
    ]
