from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

# A sentence that an older version stored becomes the text of the reason "error", which is shown as it is.
FILL = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE channels_intake_inboundmessage SET state = 'failed' WHERE state = 'set_aside';
UPDATE channels_intake_inboundmessage SET reason = 'error', reason_data = jsonb_build_object('error', reason)
  WHERE reason <> '';
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("channels_intake", "0005_canonical_addresses"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="mailbox", name="mailbox_proven_once"),
        migrations.RemoveIndex(model_name="inboundmessage", name="inbound_held"),
        migrations.RenameField(model_name="mailbox", old_name="proven_at", new_name="verified_at"),
        migrations.RenameField(
            model_name="mailbox", old_name="unproven_mail", new_name="unverified_mail"
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verified_at__isnull", False)),
                fields=("address",),
                name="mailbox_verified_once",
                violation_error_message="Mail for this address goes to another desk already.",
            ),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="reason_data",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="inboundmessage",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="inboundmessage",
            index=models.Index(
                condition=models.Q(
                    ("discarded_at__isnull", True), ("state__in", ("quarantined", "failed"))
                ),
                fields=["desk", "-id"],
                name="inbound_held",
            ),
        ),
    ]
