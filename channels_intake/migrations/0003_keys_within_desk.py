from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations
from django.db.models import CheckConstraint, Q

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):
    # Unique indexes are built concurrently.
    atomic = False

    dependencies = [
        ("channels_intake", "0002_copies_and_calls"),
    ]

    operations = [
        KeysWithinDesk(
            "InboundMessage",
            "OutgoingEmail",
            "ReplyToken",
        ),
        AddConstraintNotValid(
            model_name="inboundmessage",
            constraint=CheckConstraint(
                condition=Q(
                    ("desk__isnull", False),
                    Q(
                        ("mailbox__isnull", True),
                        ("message__isnull", True),
                        ("ticket__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="inbound_refers_within_desk",
            ),
        ),
        ValidateConstraint(model_name="inboundmessage", name="inbound_refers_within_desk"),
    ]
