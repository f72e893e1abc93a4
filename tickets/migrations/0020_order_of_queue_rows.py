"""An account's open tickets by deadline; closed ones are told apart in the indexes of all."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OWNERS = ["contact", "account", "assignee"]
FILTERED = ["assignee_id", "department_id", "priority_id", "status", "account_id", "channel"]
ALL = {"queue_all": ["updated_at", "ticket"], "queue_all_number": ["number"]}


class Migration(migrations.Migration):
    # Indexes are built and dropped without blocking writers.
    atomic = False

    dependencies = [
        ("tickets", "0019_one_index_per_participant"),
    ]

    operations = [
        RemoveIndexConcurrently("queuerow", "queue_account"),
        AddIndexConcurrently(
            "queuerow",
            models.Index(
                condition=models.Q(("is_open", True)),
                fields=["desk", "account_id", "due_at", "ticket"],
                name="queue_account",
            ),
        ),
        *(RemoveIndexConcurrently("queuerow", f"queue_of_{owner}") for owner in OWNERS),
        *(
            AddIndexConcurrently(
                "queuerow",
                models.Index(
                    fields=["desk", f"{owner}_id", "updated_at", "ticket", "is_open"],
                    name=f"queue_of_{owner}",
                ),
            )
            for owner in OWNERS
        ),
        *(RemoveIndexConcurrently("queuerow", name) for name in ALL),
        *(
            AddIndexConcurrently(
                "queuerow",
                models.Index(fields=["desk", *order, *FILTERED, "is_open"], name=name),
            )
            for name, order in ALL.items()
        ),
    ]
