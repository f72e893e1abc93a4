from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Unique indexes are built concurrently.
    atomic = False

    dependencies = [
        ("sla", "0001_initial"),
    ]

    operations = [
        KeysWithinDesk(
            "CalendarWindow",
            "Holiday",
            "Target",
            "Clock",
            "ClockEntry",
        ),
    ]
