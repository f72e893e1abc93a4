"""Clearer English help texts."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0008_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dryrun",
            name="size",
            field=models.PositiveSmallIntegerField(
                help_text="How many tickets to try, newest first.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(5000),
                ],
                verbose_name="tickets",
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="note",
            field=models.JSONField(
                default=dict, help_text="Facts for the agent who takes over.", verbose_name="note"
            ),
        ),
        migrations.AlterField(
            model_name="ruleaction",
            name="value",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The level of a ticket, or the minimum level of a skill.",
                max_length=4,
                verbose_name="value",
            ),
        ),
    ]
