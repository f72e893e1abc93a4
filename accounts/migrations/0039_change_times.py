"""Add the time when each contact and account, with what the API shows of it, last changed.

Existing rows get the time of this migration, which doesn't rewrite the table: nobody knows
 when they last changed, and a program that copies the desk must read each of them once.
"""

import django.utils.timezone
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Now

from accounts.database.change_times import (
    ChangeParent,
    CreateChangeTimeFunctions,
    KeepChangeTime,
)

MODELS = ("account", "contact")


class Migration(migrations.Migration):
    atomic = False  # indexes are built concurrently

    dependencies = [("accounts", "0038_oauth_two_factor")]

    operations = [
        *(
            migrations.AddField(
                name,
                "changed_at",
                models.DateTimeField(
                    db_default=Now(), default=django.utils.timezone.now, editable=False,
                    verbose_name="changed",
                ),
            )
            for name in MODELS
        ),
        CreateChangeTimeFunctions(),
        *(KeepChangeTime(f"accounts_{name}") for name in MODELS),
        ChangeParent("accounts_accountdomain", "account", "domain", "include_subdomains"),
        ChangeParent("accounts_accountproduct", "account", "product_id"),
        ChangeParent("accounts_accountnote", "account", "text"),
        ChangeParent("accounts_crmlink", "account", "module", "record_id"),
        ChangeParent(
            "accounts_contacthandle", "contact",
            "network", "external_id", "name", "proof", "proven_at", "reason",
        ),
        *(
            AddIndexConcurrently(
                name, models.Index(fields=["desk", "changed_at", "id"], name=f"{name}_by_change")
            )
            for name in MODELS
        ),
    ]
