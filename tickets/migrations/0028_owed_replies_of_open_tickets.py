"""Unanswered messages and kinds of deadlines of existing tickets, and the indexes for them."""

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

BATCH = 5000  # tickets per transaction
FILTERED = ["assignee_id", "department_id", "priority_id", "status", "account_id", "channel"]

# Until now every deadline was that of a first response.
FILL = f"""
DO $$
DECLARE
  reached bigint := 0;
  upto bigint;
BEGIN
  LOOP
    SELECT max(id) INTO upto FROM (
      SELECT id FROM tickets_ticket WHERE id > reached ORDER BY id LIMIT {BATCH}
    ) batch;
    EXIT WHEN upto IS NULL;
    WITH batch AS MATERIALIZED (
      SELECT id FROM tickets_ticket
      WHERE id > reached AND id <= upto AND status <> 'closed' FOR NO KEY UPDATE
    )
    UPDATE tickets_ticket t SET
      due_kind = CASE WHEN t.due_at < '9999-01-01 00:00:00+00' THEN 'first_response' ELSE '' END,
      unanswered_since = (
        SELECT min(m.created_at) FROM tickets_message m
        WHERE m.ticket_id = t.id AND m.contact_id IS NOT NULL AND NOT m.is_automatic
          AND m.id > COALESCE((
            SELECT max(r.id) FROM tickets_message r
            WHERE r.ticket_id = t.id AND r.agent_id IS NOT NULL
          ), 0)
      )
    FROM batch WHERE t.id = batch.id;
    COMMIT;
    reached := upto;
  END LOOP;
END $$
"""
# The owner of the tables sees no rows under row-level security; the system role sees all.
STATEMENTS = [f"SET ROLE {SYSTEM_ROLE}", FILL, "SET ROLE none"]


class Migration(migrations.Migration):
    atomic = False  # each batch is committed, and indexes are built without blocking writers

    dependencies = [
        ("tickets", "0027_owed_replies"),
    ]

    operations = [
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
        AddConstraintNotValid(
            "ticket",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True),
                    models.Q(("hold_until__isnull", True), ("unanswered_since__isnull", True)),
                    _connector="OR",
                ),
                name="ticket_closed_owes_nothing",
            ),
        ),
        ValidateConstraint("ticket", "ticket_closed_owes_nothing"),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=models.Q(("owner__isnull", False)), fields=["owner"], name="ticket_lent"
            ),
        ),
        AddIndexConcurrently(
            "queuerow",
            models.Index(
                condition=models.Q(("is_open", True), ("unanswered_since__isnull", False)),
                fields=["desk", "unanswered_since", "ticket", *FILTERED],
                name="queue_unanswered",
            ),
        ),
        AddIndexConcurrently(
            "queuerow",
            models.Index(
                condition=models.Q(("is_open", True), ("owner_id__isnull", False)),
                fields=["desk", "owner_id", "due_at", "ticket"],
                name="queue_lent",
            ),
        ),
        AddIndexConcurrently(
            "queuerow",
            models.Index(
                condition=models.Q(("hold_until__isnull", False)),
                fields=["hold_until"],
                name="queue_on_hold",
            ),
        ),
    ]
