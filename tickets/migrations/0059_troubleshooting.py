"""Business impact, tested solutions, and the living summary of a ticket."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff

# A new version replaces the words of the one before.
SEARCH_AGAIN = """
CREATE TRIGGER summary_search AFTER INSERT OR UPDATE ON tickets_ticketsummary
  FOR EACH ROW EXECUTE FUNCTION mark_search_of_text()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0058_side_conversations'),
    ]

    operations = [
        migrations.AddField(
            model_name='defect',
            name='business_impact',
            field=models.TextField(blank=True, db_default='', default='', verbose_name="impact on the customer's business"),
        ),
        migrations.AddField(
            model_name='defect',
            name='solution',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='tested solution'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='impact',
            field=models.CharField(blank=True, choices=[('stopped', 'Work is stopped'), ('slowed', 'Work is slowed down'), ('minor', 'Minor inconvenience'), ('none', 'No impact')], db_default='', default='', help_text="On the customer's business. Empty until an agent has asked.", max_length=8, verbose_name='business impact'),
        ),
        migrations.AddField(
            model_name='troubleshootingrecord',
            name='business_impact',
            field=models.TextField(blank=True, db_default='', default='', verbose_name="impact on the customer's business"),
        ),
        migrations.AddField(
            model_name='troubleshootingrecord',
            name='solution',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='tested solution'),
        ),
        migrations.AlterField(
            model_name='defect',
            name='test_system',
            field=models.CharField(blank=True, default='', max_length=250, verbose_name='which test system and version'),
        ),
        migrations.AlterField(
            model_name='troubleshootingrecord',
            name='test_system',
            field=models.CharField(blank=True, default='', max_length=250, verbose_name='which test system and version'),
        ),
        migrations.CreateModel(
            name='TicketSummary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('problem', models.CharField(blank=True, default='', max_length=300, verbose_name='problem')),
                ('tried', models.CharField(blank=True, default='', max_length=300, verbose_name='tried so far')),
                ('next_step', models.CharField(blank=True, default='', max_length=300, verbose_name='next step')),
                ('blocker', models.CharField(blank=True, default='', max_length=300, verbose_name='blocker')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='summaries', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'ticket summary',
                'verbose_name_plural': 'ticket summaries',
                'ordering': ['ticket', 'version'],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'version'), name='summary_version')],
            },
        ),
        WallOff("tickets_ticketsummary", append_only=True),
        KeysWithinDesk("TicketSummary"),
        migrations.RunSQL(SEARCH_AGAIN, "DROP TRIGGER summary_search ON tickets_ticketsummary"),
    ]
