"""Deadlines of clocks that were met or stopped before queue rows kept them."""

from django.db import migrations

from accounts.tenancy import SYSTEM_ROLE

FILL = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE tickets_queuerow q SET response_due_at = c.due_at FROM sla_clock c
WHERE c.ticket_id = q.ticket_id AND q.response_due_at IS NULL;
SET ROLE none;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0004_one_key_per_desk"),
        ("tickets", "0018_lists_from_queue_rows"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
