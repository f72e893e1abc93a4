"""An index of open tickets above the first level, by deadline."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built without blocking writers

    dependencies = [
        ("tickets", "0033_events_of_the_board"),
    ]

    operations = [
        AddIndexConcurrently(
            "queuerow",
            models.Index(
                fields=["desk", "level", "due_at", "ticket"],
                condition=models.Q(("is_open", True), ("level__in", ("l2", "rnd"))),
                name="queue_level",
            ),
        ),
    ]
