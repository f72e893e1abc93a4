"""Add the time when each queue row was last written, by the database's clock.

A ticket's ``updated_at`` is the time that the writer gives a change. It can be long past when the
change is written: a job gives all its changes one time, and an import those in its file. Existing
rows get the time of this migration, as in accounts/migrations/0039_change_times.py.
"""

import django.utils.timezone
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Now

from accounts.database.change_times import KeepChangeTime


class Migration(migrations.Migration):
    atomic = False  # the index is built concurrently

    dependencies = [("accounts", "0039_change_times"), ("tickets", "0069_request_results")]

    operations = [
        migrations.AddField(
            "queuerow",
            "changed_at",
            models.DateTimeField(
                db_default=Now(), default=django.utils.timezone.now, editable=False,
                verbose_name="changed",
            ),
        ),
        KeepChangeTime("tickets_queuerow"),
        AddIndexConcurrently(
            "queuerow",
            models.Index(fields=["desk", "changed_at", "ticket"], name="queue_by_change"),
        ),
    ]
