"""Indexes of two counts in the sidebar: tickets closed lately, and those with a mention."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0062_browser_push")]

    operations = [
        AddIndexConcurrently(
            "queuerow",
            models.Index(
                fields=["desk", "closed_at", "department_id", "assignee_id"],
                condition=models.Q(is_open=False),
                name="queue_closed",
            ),
        ),
        AddIndexConcurrently(
            "notemention", models.Index(fields=["agent", "-id"], name="mention_newest")
        ),
    ]
