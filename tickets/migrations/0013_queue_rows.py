"""A narrow row of each ticket for lists, counts and sweeps, kept by a trigger on the ticket.

The next migration makes those of existing tickets.
"""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff

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
}
COPIED = [column for column in VALUES if column != "is_open"]
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
CREATE FUNCTION keep_queue_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    {INSERT};
  ELSE
    {UPSERT};
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ticket_queue_row_of_new AFTER INSERT ON tickets_ticket
  FOR EACH ROW EXECUTE FUNCTION keep_queue_row();
CREATE TRIGGER ticket_queue_row AFTER UPDATE OF {", ".join(COPIED)} ON tickets_ticket
  FOR EACH ROW
  WHEN (({name_columns("OLD")}) IS DISTINCT FROM ({name_columns("NEW")}))
  EXECUTE FUNCTION keep_queue_row();
ALTER TABLE tickets_queuerow SET (
  fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02
);
"""
DROP = """
DROP TRIGGER ticket_queue_row_of_new ON tickets_ticket;
DROP TRIGGER ticket_queue_row ON tickets_ticket;
DROP FUNCTION keep_queue_row();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_help_texts'),
        ('tickets', '0012_help_texts'),
    ]

    operations = [
        migrations.CreateModel(
            name='QueueRow',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='queue_row', serialize=False, to='tickets.ticket')),
                ('number', models.BigIntegerField()),
                ('subject', models.CharField(max_length=250)),
                ('channel', models.CharField(max_length=10)),
                ('status', models.CharField(max_length=14)),
                ('is_open', models.BooleanField()),
                ('is_unverified', models.BooleanField()),
                ('level', models.CharField(max_length=4)),
                ('priority_id', models.BigIntegerField()),
                ('department_id', models.BigIntegerField(null=True)),
                ('assignee_id', models.BigIntegerField(help_text='0 for nobody.')),
                ('contact_id', models.BigIntegerField()),
                ('account_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='Of the running clock; the year 9999 without one.')),
                ('response_due_at', models.DateTimeField(help_text='Of the latest clock, also after it was met or stopped.', null=True)),
                ('first_responded_at', models.DateTimeField(null=True)),
                ('waiting_since', models.DateTimeField(null=True)),
                ('remind_at', models.DateTimeField(null=True)),
                ('close_at', models.DateTimeField(null=True)),
                ('reopen_until', models.DateTimeField(null=True)),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
            ],
            options={
                'verbose_name': 'queue row',
                'verbose_name_plural': 'queue rows',
                'indexes': [models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'due_at', 'ticket', 'assignee_id', 'department_id', 'priority_id', 'status', 'account_id', 'channel'], name='queue_due'), models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'updated_at', 'ticket', 'assignee_id', 'department_id', 'priority_id', 'status', 'account_id', 'channel'], name='queue_changed'), models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'number', 'assignee_id', 'department_id', 'priority_id', 'status', 'account_id', 'channel'], name='queue_number'), models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'department_id', 'due_at', 'ticket'], name='queue_department'), models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'assignee_id', 'due_at', 'ticket'], name='queue_assignee'), models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'priority_id', 'due_at', 'ticket'], name='queue_priority'), models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'status', 'updated_at', 'ticket'], name='queue_status'), models.Index(condition=models.Q(('is_open', True)), fields=['desk', 'account_id', 'updated_at', 'ticket'], name='queue_account'), models.Index(fields=['desk', 'updated_at', 'ticket', 'assignee_id', 'department_id', 'priority_id', 'status', 'account_id', 'channel'], name='queue_all'), models.Index(fields=['desk', 'number', 'assignee_id', 'department_id', 'priority_id', 'status', 'account_id', 'channel'], name='queue_all_number'), models.Index(fields=['desk', 'contact_id', 'updated_at', 'ticket'], name='queue_of_contact'), models.Index(fields=['desk', 'account_id', 'updated_at', 'ticket'], name='queue_of_account'), models.Index(condition=models.Q(('close_at__isnull', False)), fields=['close_at'], name='queue_silent'), models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='queue_to_remind'), models.Index(condition=models.Q(('assignee_id', 0), ('status__in', ('open', 'investigating', 'escalated'))), fields=['desk', 'updated_at'], name='queue_unassigned')],
            },
        ),
        WallOff("tickets_queuerow"),
        KeysWithinDesk("QueueRow"),
        migrations.RunSQL(KEEP, DROP),
    ]
