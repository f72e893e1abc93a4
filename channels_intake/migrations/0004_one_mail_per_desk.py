"""One email to two mailboxes of a desk is one message."""

from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

STATES = "('processed', 'quarantined')"
# Emails that two mailboxes of a desk received stay on their tickets; the later ones are duplicates
# from now on.
MARK = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE channels_intake_inboundmessage later SET state = 'duplicate'
WHERE later.state IN {STATES} AND later.content_hash <> '' AND EXISTS (
  SELECT FROM channels_intake_inboundmessage first
  WHERE first.desk_id = later.desk_id AND first.rfc_message_id = later.rfc_message_id
    AND first.content_hash = later.content_hash AND first.state IN {STATES}
    AND first.id < later.id);
RESET ROLE;
"""  # noqa: S608 (only the constants above are inserted)
CREATE = f"""
CREATE UNIQUE INDEX CONCURRENTLY inbound_once_per_desk
ON channels_intake_inboundmessage (desk_id, rfc_message_id, content_hash)
WHERE state IN {STATES} AND NOT content_hash = ''
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("channels_intake", "0003_keys_within_desk"),
    ]

    operations = [
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE, "DROP INDEX inbound_once_per_desk"),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="inboundmessage",
                    constraint=models.UniqueConstraint(
                        fields=("desk", "rfc_message_id", "content_hash"),
                        condition=models.Q(
                            ("state__in", ["processed", "quarantined"]),
                            models.Q(("content_hash", ""), _negated=True),
                        ),
                        name="inbound_once_per_desk",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="inboundmessage", name="inbound_once"),
    ]
