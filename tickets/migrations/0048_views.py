import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_views"), ("tickets", "0047_waiting_lines")]
    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('base', models.CharField(blank=True, default='', max_length=20, verbose_name='starts from')),
                ('conditions', models.JSONField(default=dict, verbose_name='conditions')),
                ('columns', models.JSONField(default=list, verbose_name='columns')),
                ('sort', models.CharField(blank=True, default='', max_length=10, verbose_name='sort by')),
                ('grouping', models.CharField(blank=True, choices=[('', 'No grouping'), ('state', 'Status'), ('priority', 'Priority'), ('assignee', 'Assignee'), ('account', 'Account')], default='', max_length=10, verbose_name='group by')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('updated_at', models.DateTimeField(verbose_name='changed')),
                ('agent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='accounts.agent', verbose_name='agent')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(models.F('desk'), models.F('agent'), django.db.models.functions.text.Lower('name'), name='saved_view_name_unique', nulls_distinct=False)],
            },
        ),
        WallOff("tickets_savedview"),
        KeysWithinDesk("SavedView"),
    ]
