from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Drops the keys of the desk itself that another key makes redundant.
    atomic = False

    dependencies = [
        ("sla", "0003_config_version"),
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
