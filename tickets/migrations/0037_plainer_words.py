"""Plainer words for choices and help texts; no change of the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0036_clearer_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="emergency",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reported", "Reported"),
                    ("accepted", "Accepted"),
                    ("courtesy", "Courtesy exception"),
                    ("information", "More information needed"),
                    ("downgraded", "Downgraded"),
                ],
                default="",
                help_text="State of the last emergency reported on the ticket.",
                max_length=12,
                verbose_name="emergency",
            ),
        ),
        migrations.AlterField(
            model_name="troubleshootingrecord",
            name="frequency",
            field=models.CharField(
                blank=True,
                choices=[("consistent", "Every time"), ("intermittent", "Intermittently")],
                default="",
                max_length=12,
                verbose_name="how often it occurs",
            ),
        ),
    ]
