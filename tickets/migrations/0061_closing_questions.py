"""Lists of what closed tickets ask of the product."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [("tickets", "0060_redactions")]

    operations = [
        migrations.CreateModel(
            name='Improvement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('documentation', 'Documentation'), ('feature', 'Feature requests')], max_length=13, verbose_name='list')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('status', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('declined', 'Declined')], default='open', max_length=8, verbose_name='status')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('updated_at', models.DateTimeField(verbose_name='updated')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='merged', to='tickets.improvement')),
            ],
            options={
                'verbose_name': 'product feedback',
                'verbose_name_plural': 'product feedback',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ImprovementLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('linked_at', models.DateTimeField(verbose_name='linked')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('improvement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='tickets.improvement', verbose_name='feedback')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='improvement_links', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'ticket of product feedback',
                'verbose_name_plural': 'tickets of product feedback',
                'ordering': ['-linked_at', '-id'],
            },
        ),
        migrations.AddIndex(
            model_name='improvement',
            index=models.Index(models.F('desk'), models.F('kind'), django.db.models.functions.text.Lower('title'), name='improvement_title'),
        ),
        migrations.AddIndex(
            model_name='improvement',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='improvement_merged'),
        ),
        migrations.AddConstraint(
            model_name='improvementlink',
            constraint=models.UniqueConstraint(fields=('ticket', 'improvement'), name='improvement_link_once'),
        ),
        WallOff("tickets_improvement"),
        WallOff("tickets_improvementlink"),
        KeysWithinDesk("Improvement", "ImprovementLink"),
    ]
