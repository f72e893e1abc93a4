"""Signatures of agents, and the seconds in which a reply can be undone."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('accounts', '0025_views')]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='signature',
            field=models.TextField(blank=True, db_default='', default='', help_text="Added to the end of the agent's email replies.", max_length=1000, verbose_name='signature'),
        ),
        migrations.AddField(
            model_name='desk',
            name='undo_seconds',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='How long an agent can undo a reply before it is sent, up to 60. Enter 0 to send replies immediately.', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='seconds to undo a reply'),
        ),
    ]
