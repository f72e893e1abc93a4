"""Versions of deleted policies stay; changes of SLA settings renew the desk's version."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.versions import NewVersionOnChange

# Without a policy, a version has no other key that ensures its desk.
DESK_KEY = """
ALTER TABLE sla_policyversion ADD CONSTRAINT sla_policyversion_desk_id_fk_accounts_desk_id
  FOREIGN KEY (desk_id) REFERENCES accounts_desk (id) DEFERRABLE INITIALLY DEFERRED
"""
DROP_DESK_KEY = "ALTER TABLE sla_policyversion DROP CONSTRAINT sla_policyversion_desk_id_fk_accounts_desk_id"


class Migration(migrations.Migration):

    dependencies = [
        ("sla", "0012_calendar_parts"),
    ]

    operations = [
        migrations.AlterField("policyversion", "policy", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="versions", to="sla.policy")),
        migrations.RunSQL(DESK_KEY, DROP_DESK_KEY),
        # Its progress is updated all the time, its scope never.
        NewVersionOnChange("sla_replan", "scope"),
    ]
