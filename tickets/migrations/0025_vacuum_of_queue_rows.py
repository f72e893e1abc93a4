"""Vacuum new queue rows after a number of them, not a share: until then, counts read the rows."""

from django.db import migrations

from accounts.storage import SetStorage


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0024_plain_texts"),
    ]

    operations = [
        SetStorage(
            "tickets_queuerow",
            autovacuum_vacuum_insert_scale_factor=0,
            autovacuum_vacuum_insert_threshold=500,
        ),
    ]
