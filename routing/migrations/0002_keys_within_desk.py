from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Unique indexes are built concurrently.
    atomic = False

    dependencies = [
        ("routing", "0001_initial"),
    ]

    operations = [
        KeysWithinDesk(
            "Shift",
            "Rotation",
        ),
    ]
