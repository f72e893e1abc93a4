"""An index to find what is old, and tables that grow are vacuumed before they have grown by a fifth."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from accounts.storage import SetStorage


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tickets", "0022_read_notifications"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="submittedform",
            index=models.Index(fields=["desk", "created_at"], name="form_oldest"),
        ),
        SetStorage(
            "tickets_searchdocument",
            autovacuum_vacuum_scale_factor=0.02,
            autovacuum_vacuum_insert_scale_factor=0.05,
        ),
        SetStorage("tickets_notification", autovacuum_vacuum_scale_factor=0.02),
        SetStorage("tickets_message", autovacuum_vacuum_insert_scale_factor=0.05),
        SetStorage("tickets_ticketevent", autovacuum_vacuum_insert_scale_factor=0.05),
    ]
