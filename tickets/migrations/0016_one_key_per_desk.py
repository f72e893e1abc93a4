from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Drops the keys of the desk itself that another key makes redundant.
    atomic = False

    dependencies = [
        ("tickets", "0015_refresh_since"),
    ]

    operations = [
        KeysWithinDesk(
            "Ticket",
            "TicketEvent",
            "EventDelivery",
            "Notification",
            "Message",
            "Note",
            "Participant",
            "QueueRow",
            "SearchDocument",
            "SearchRefresh",
            "NewTerms",
        ),
    ]
