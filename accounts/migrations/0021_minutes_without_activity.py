"""New desks count an agent as not there after 30 minutes without activity.

Existing desks keep their number; routing turns it on where agents are known to be active.
"""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_clearer_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="desk",
            name="idle_minutes",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="An agent who is on shift and opens no page for this long gets no new tickets until they are active again. With 0, everyone on shift gets tickets, signed in or not.",
                validators=[django.core.validators.MaxValueValidator(480)],
                verbose_name="minutes until an agent counts as inactive",
            ),
        ),
    ]
