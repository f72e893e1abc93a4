"""Changes of SLA settings, and their progress through the open tickets."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff

class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_plain_texts'),
        ('sla', '0008_plain_texts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Replan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('targets', 'SLA targets'), ('policy', 'SLA policy'), ('calendar', 'Calendar')], max_length=10, verbose_name='changed')),
                ('scope', models.CharField(choices=[('new', 'New tickets only'), ('open', 'Open tickets, too')], max_length=4, verbose_name='applies to')),
                ('subject', models.CharField(blank=True, default='', max_length=250, verbose_name='name')),
                ('by_name', models.CharField(max_length=254, verbose_name='changed by')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('touched', models.JSONField(default=dict, editable=False)),
                ('upto', models.BigIntegerField(default=0, editable=False)),
                ('reached', models.BigIntegerField(default=0, editable=False)),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='tickets with new deadlines')),
                ('failed', models.PositiveIntegerField(default=0, help_text='They kept their deadlines. The error is in the log.', verbose_name='failed tickets')),
                ('done_at', models.DateTimeField(null=True, verbose_name='completed')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'SLA change',
                'verbose_name_plural': 'SLA changes',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['at'], name='replan_due')],
            },
        ),
        WallOff("sla_replan"),
        KeysWithinDesk("replan"),
    ]
