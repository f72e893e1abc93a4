"""Clearer help texts for queue rows, search documents and deliveries."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0023_retention"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="donedelivery",
            options={
                "verbose_name": "completed delivery",
                "verbose_name_plural": "completed deliveries",
            },
        ),
        migrations.AlterField(
            model_name="queuerow",
            name="assignee_id",
            field=models.BigIntegerField(help_text="0 if unassigned."),
        ),
        migrations.AlterField(
            model_name="queuerow",
            name="due_at",
            field=models.DateTimeField(
                help_text="When the running clock is due, or the year 9999 if none is running."
            ),
        ),
        migrations.AlterField(
            model_name="queuerow",
            name="has_details",
            field=models.BooleanField(
                help_text="The ticket has form field answers, or the plan doesn't cover it."
            ),
        ),
        migrations.AlterField(
            model_name="queuerow",
            name="response_due_at",
            field=models.DateTimeField(
                help_text="When the latest clock is or was due, even after it stopped.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="searchdocument",
            name="number",
            field=models.BigIntegerField(
                help_text="The ticket's number. The newest results come first."
            ),
        ),
    ]
