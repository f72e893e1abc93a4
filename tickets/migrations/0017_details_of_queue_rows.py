"""Queue rows hold what the API's list of tickets shows, too."""

from django.db import migrations, models

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
    "product_id": "NEW.product_id",
    "contact_id": "NEW.contact_id",
    "account_id": "NEW.account_id",
    "created_at": "NEW.created_at",
    "updated_at": "NEW.updated_at",
    "due_at": "NEW.due_at",
    "first_responded_at": "NEW.first_responded_at",
    "waiting_since": "NEW.waiting_since",
    "remind_at": "NEW.remind_at",
    "close_at": "NEW.close_at",
    "reopen_until": "NEW.reopen_until",
    "closed_at": "NEW.closed_at",
    "close_reason": "NEW.close_reason",
    "has_details": "NEW.fields <> '{}' OR NEW.uncovered <> '{}'",
}
COPIED = [column for column in VALUES if column not in ("is_open", "has_details")]
RUNNING = "CASE WHEN NEW.due_at < '9999-01-01 00:00:00+00' THEN NEW.due_at END"
INSERT = f"""
INSERT INTO tickets_queuerow AS q (ticket_id, response_due_at, {", ".join(VALUES)})
VALUES (NEW.id, {RUNNING}, {", ".join(VALUES.values())})
""".strip()
# An update makes the row of a ticket that has none yet: the next migration may be running.
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
        ("tickets", "0016_one_key_per_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name='queuerow',
            name='close_reason',
            field=models.CharField(default='', max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='queuerow',
            name='closed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='queuerow',
            name='has_details',
            field=models.BooleanField(default=False, help_text="The ticket has answers to form fields, or isn't covered."),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='queuerow',
            name='product_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
    ]
