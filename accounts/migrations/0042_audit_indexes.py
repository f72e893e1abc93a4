"""Indexes of the audit log for one actor, and for the history of one row."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # built while others read and write

    dependencies = [("accounts", "0041_audit_columns")]

    operations = [
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["desk", "actor", "-id"], name="audit_by_actor"),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(
                fields=["desk", "about_model", "about_pk", "-id"], name="audit_by_row"
            ),
        ),
    ]
