"""An index of breaches and unassigned tickets by time, for the lead's board."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tickets", "0032_assignment"),
    ]

    operations = [
        AddIndexConcurrently(
            "ticketevent",
            models.Index(
                condition=models.Q(("kind__in", ["sla.breached", "ticket.left_unassigned"])),
                fields=["desk", "at"],
                name="event_of_board",
            ),
        ),
    ]
