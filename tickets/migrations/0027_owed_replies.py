"""Replies that are owed, holds and lent tickets, on tickets and their queue rows."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

import accounts.models.fields
from accounts.wall import KeysWithinDesk

# Column of the row: its value from the ticket.
VALUES = {
    "desk_id": "NEW.desk_id",
    "number": "NEW.number",
    "subject": "NEW.subject",
    "channel": "NEW.channel",
    "status": "NEW.status",
    "is_open": "NEW.status <> 'closed'",
    "is_unverified": "NEW.is_unverified",
    "level": "NEW.level",
    "priority_id": "NEW.priority_id",
    "department_id": "NEW.department_id",
    "assignee_id": "COALESCE(NEW.assignee_id, 0)",
    "owner_id": "NEW.owner_id",
    "product_id": "NEW.product_id",
    "contact_id": "NEW.contact_id",
    "account_id": "NEW.account_id",
    "created_at": "NEW.created_at",
    "updated_at": "NEW.updated_at",
    "due_at": "NEW.due_at",
    "due_kind": "NEW.due_kind",
    "first_responded_at": "NEW.first_responded_at",
    "unanswered_since": "NEW.unanswered_since",
    "hold_until": "NEW.hold_until",
    "waiting_since": "NEW.waiting_since",
    "remind_at": "NEW.remind_at",
    "close_at": "NEW.close_at",
    "reopen_until": "NEW.reopen_until",
    "closed_at": "NEW.closed_at",
    "close_reason": "NEW.close_reason",
    "has_details": "NEW.fields <> '{}' OR NEW.uncovered <> '{}'",
}
COPIED = [column for column in VALUES if column not in ("is_open", "has_details")]
FIRST = "CASE WHEN NEW.due_kind = 'first_response' THEN NEW.due_at END"
INSERT = f"""
INSERT INTO tickets_queuerow AS q (ticket_id, response_due_at, {", ".join(VALUES)})
VALUES (NEW.id, {FIRST}, {", ".join(VALUES.values())})
""".strip()
UPSERT = f"""
{INSERT}
ON CONFLICT (ticket_id) DO UPDATE SET
  response_due_at = COALESCE(excluded.response_due_at, q.response_due_at),
  {", ".join(f"{column} = excluded.{column}" for column in VALUES)}
""".strip()


def name_columns(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in COPIED)


KEEP = f"""
CREATE OR REPLACE FUNCTION keep_queue_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    {INSERT};
  ELSE
    {UPSERT};
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER ticket_queue_row ON tickets_ticket;
CREATE TRIGGER ticket_queue_row AFTER UPDATE OF {", ".join(COPIED)}, fields, uncovered ON tickets_ticket
  FOR EACH ROW
  WHEN (({name_columns("OLD")}, OLD.fields <> '{{}}' OR OLD.uncovered <> '{{}}')
    IS DISTINCT FROM ({name_columns("NEW")}, NEW.fields <> '{{}}' OR NEW.uncovered <> '{{}}'))
  EXECUTE FUNCTION keep_queue_row();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0014_plain_texts"),
        ("tickets", "0026_late_columns_of_queue_rows"),
    ]

    operations = [
        migrations.AddField("ticket", "owner", models.ForeignKey(db_index=False, help_text="While another agent covers: who gets the ticket back.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.agent", verbose_name="owner")),
        migrations.AddField("ticket", "due_kind", models.CharField(blank=True, default="", help_text="The kind of clock with the earliest deadline.", max_length=16, verbose_name="due")),
        migrations.AddField("ticket", "unanswered_since", models.DateTimeField(help_text="When the customer wrote the first message without a reply.", null=True, verbose_name="unanswered since")),
        migrations.AddField("ticket", "hold_until", models.DateTimeField(help_text="Until then the ticket isn't closed for silence, and its clocks pause.", null=True, verbose_name="on hold until")),
        migrations.AddField("ticket", "hold_reason", accounts.models.fields.LineField(blank=True, default="", max_length=200, verbose_name="reason for the hold")),
        migrations.AddField("queuerow", "owner_id", models.BigIntegerField(help_text="Who gets the ticket back from the assignee, if it is lent.", null=True)),
        migrations.AddField("queuerow", "due_kind", models.CharField(default="", help_text="The kind of that clock.", max_length=16), preserve_default=False),
        migrations.AddField("queuerow", "unanswered_since", models.DateTimeField(null=True)),
        migrations.AddField("queuerow", "hold_until", models.DateTimeField(null=True)),
        migrations.AlterField("queuerow", "response_due_at", models.DateTimeField(help_text="When the first response is or was due, even after it was sent.", null=True)),
        migrations.AlterField("sweepfailure", "sweep", models.CharField(choices=[('tickets.close', 'Close silent tickets'), ('tickets.remind', 'Remind silent customers'), ('tickets.end_holds', 'End holds'), ('tickets.new_terms', 'Apply changed account terms'), ('sla.warned', 'Warn about first responses that are due soon'), ('sla.breached', 'Mark breached first responses'), ('routing.unassigned', 'Assign waiting tickets'), ('routing.stranded', 'Reassign tickets whose agent left')], max_length=40, verbose_name="periodic job")),
        migrations.AlterField("ticket", "due_at", models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), help_text="The earliest deadline of a running clock; the year 9999 if none is running.", verbose_name="due")),
        KeysWithinDesk("Ticket"),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
    ]
