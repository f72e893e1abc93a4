"""Clearer English help texts."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_assignment"),
    ]

    operations = [
        migrations.AlterField(
            model_name="desk",
            name="agent_capacity",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="How many open tickets an agent can have before new ones go to others. Each counts with the weight of its priority; tickets that wait for the customer don't count. Leave empty for no limit.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="capacity of an agent",
            ),
        ),
        migrations.AlterField(
            model_name="desk",
            name="offer_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="If an agent doesn't accept a ticket within this time, it goes to the next agent. Set 0 to turn this off: assigned tickets then stay with their agents.",
                verbose_name="minutes to accept a ticket",
            ),
        ),
        migrations.AlterField(
            model_name="desk",
            name="prefers_last_agent",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="New tickets go to the agent who had the account's last ticket, if available.",
                verbose_name="prefer the account's last agent",
            ),
        ),
    ]
