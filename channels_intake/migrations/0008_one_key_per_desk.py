from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Drops the keys of the desk itself that another key makes redundant.
    atomic = False

    dependencies = [
        ("channels_intake", "0007_fair_shares"),
    ]

    operations = [
        KeysWithinDesk(
            "OutgoingEmail",
            "ReplyToken",
        ),
    ]
