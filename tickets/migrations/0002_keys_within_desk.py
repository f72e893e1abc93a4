from django.db import migrations

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Unique indexes are built concurrently.
    atomic = False

    dependencies = [
        ("tickets", "0001_initial"),
    ]

    operations = [
        KeysWithinDesk(
            "Ticket",
            "Participant",
            "TicketEvent",
            "EventDelivery",
            "Notification",
            "SubmittedForm",
            "Message",
            "Note",
            "Attachment",
            "NewTerms",
        ),
    ]
