"""Priorities can be retired, and a new order of theirs is saved row by row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_keys_within_desk")]

    operations = [
        migrations.AddField(
            model_name="priority",
            name="is_retired",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "No longer offered. Tickets that have it keep it. "
                    "It comes after all other priorities."
                ),
                verbose_name="retired",
            ),
        ),
        migrations.RemoveConstraint(model_name="priority", name="priority_rank_unique"),
        migrations.AddConstraint(
            model_name="priority",
            constraint=models.UniqueConstraint(
                deferrable=models.Deferrable["DEFERRED"],
                fields=("desk", "rank"),
                name="priority_rank_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="priority",
            constraint=models.CheckConstraint(
                condition=models.Q(is_mail_default=False) | models.Q(is_retired=False),
                name="priority_default_not_retired",
                violation_error_message=(
                    "The default for email can't be retired. "
                    "Make another priority the default first."
                ),
            ),
        ),
    ]
