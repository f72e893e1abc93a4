"""Clearer English help texts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0035_names_of_sla_jobs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="hold_until",
            field=models.DateTimeField(
                help_text="Until then the ticket isn't closed for inactivity, and its clocks pause.",
                null=True,
                verbose_name="on hold until",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="required_skills",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="Set by routing rules: the minimum level of each skill, by the skill's ID.",
                verbose_name="required skills",
            ),
        ),
    ]
