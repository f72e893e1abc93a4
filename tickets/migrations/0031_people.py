"""How much of an agent's capacity a ticket takes, and notifications of no ticket."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0017_people"),
        ("tickets", "0030_tags"),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='data',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='notification',
            name='key',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='notification',
            name='kind',
            field=models.CharField(blank=True, db_default='', default='', max_length=30),
        ),
        migrations.AddField(
            model_name='priority',
            name='weight',
            field=models.PositiveSmallIntegerField(default=1, help_text="How much of an agent's capacity an open ticket takes. With 3, it counts as three tickets.", validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='weight'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='event',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticketevent'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='ticket',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(condition=models.Q(('event__isnull', True)), fields=('agent', 'key'), name='notification_of_desk_once'),
        ),
        KeysWithinDesk("Notification"),
    ]
