"""Lists read queue rows: make those of existing tickets, and drop the ticket's own indexes.

What is left are indexes on columns that rarely change, so that most updates of a ticket are HOT.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

# The owner of the tables sees no rows under row-level security; the system role sees all. A row
# that a trigger has made meanwhile is newer. tickets/migrations/0017 has the same values.
FILL = f"""
SET ROLE {SYSTEM_ROLE};
INSERT INTO tickets_queuerow (
  ticket_id, desk_id, number, subject, channel, status, is_open, is_unverified, level, priority_id,
  department_id, assignee_id, product_id, contact_id, account_id, created_at, updated_at, due_at,
  response_due_at, first_responded_at, waiting_since, remind_at, close_at, reopen_until, closed_at,
  close_reason, has_details)
SELECT
  id, desk_id, number, subject, channel, status, status <> 'closed', is_unverified, level,
  priority_id, department_id, COALESCE(assignee_id, 0), product_id, contact_id, account_id,
  created_at, updated_at, due_at, NULLIF(due_at, '9999-01-01 00:00:00+00'), first_responded_at,
  waiting_since, remind_at, close_at, reopen_until, closed_at, close_reason,
  fields <> '{{}}' OR uncovered <> '{{}}'
FROM tickets_ticket
ON CONFLICT (ticket_id) DO NOTHING;
SET ROLE none;
"""
SETTINGS = """
ALTER TABLE tickets_ticket SET (
  fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02
);
"""
# Which columns follow from which. Without them PostgreSQL multiplies the shares of desk, state and
# priority, expects a few rows where there are thousands, and sorts them instead of walking an index.
STATISTICS = """
CREATE STATISTICS queue_states (dependencies) ON status, is_open FROM tickets_queuerow;
CREATE STATISTICS queue_desks (dependencies)
  ON desk_id, priority_id, department_id, assignee_id, account_id, contact_id
  FROM tickets_queuerow;
"""
DROP_STATISTICS = "DROP STATISTICS queue_states, queue_desks"
REPLACED = [
    "ticket_queue_open",
    "ticket_desk_open",
    "ticket_desk_all",
    "ticket_desk_status",
    "ticket_mine_open",
    "ticket_unassigned",
    "ticket_desk_due",
    "ticket_queue_due",
    "ticket_mine_due",
    "ticket_unassigned_due",
    "ticket_open_number",
    "ticket_of_contact",
    "ticket_of_account",
    "ticket_silent",
    "ticket_to_remind",
]


class Migration(migrations.Migration):
    # Indexes are built and dropped without blocking writers.
    atomic = False

    dependencies = [
        ("accounts", "0008_help_texts"),
        ("tickets", "0017_details_of_queue_rows"),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(SETTINGS, migrations.RunSQL.noop),
        migrations.RunSQL(STATISTICS, DROP_STATISTICS),
        AddIndexConcurrently(
            "ticket", models.Index(fields=["contact"], name="ticket_contact")
        ),
        AddIndexConcurrently(
            "ticket", models.Index(fields=["account"], name="ticket_account")
        ),
        AddIndexConcurrently(
            "queuerow",
            models.Index(
                fields=["desk", "assignee_id", "updated_at", "ticket"], name="queue_of_assignee"
            ),
        ),
        AddIndexConcurrently(
            "notification",
            models.Index(
                condition=models.Q(("read_at__isnull", True)),
                fields=["agent", "ticket"],
                name="notification_unread_ticket",
            ),
        ),
        *(RemoveIndexConcurrently("ticket", name) for name in REPLACED),
        migrations.AlterField(
            model_name='ticket',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.department', verbose_name='department'),
        ),
    ]
