"""Clearer help texts for how long email and notifications are kept."""

from __future__ import annotations

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="desk",
            name="email_source_days",
            field=models.PositiveSmallIntegerField(
                default=365,
                help_text="Days before the raw source of a received email is deleted. Messages, attachments and quarantined email are kept.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="days to keep raw email",
            ),
        ),
        migrations.AlterField(
            model_name="desk",
            name="notification_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                help_text="Days before a read notification is deleted. The ticket's history is not affected.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="days to keep read notifications",
            ),
        ),
    ]
