from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Drops the keys of the desk itself that another key makes redundant.
    atomic = False

    dependencies = [
        ("routing", "0003_config_version"),
    ]

    operations = [
        KeysWithinDesk(
            "Shift",
            "Rotation",
        ),
    ]
