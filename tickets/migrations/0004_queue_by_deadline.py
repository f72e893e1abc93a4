import datetime

from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

UNDONE = ('open', 'investigating', 'waiting', 'escalated')

# Row security holds for the owner, too: the rows of all desks are seen in the role of the sweeps.
TAKE_OVER = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE tickets_ticket t SET due_at = c.due_at FROM sla_clock c
  WHERE c.ticket_id = t.id AND c.met_at IS NULL AND c.stopped_at IS NULL
    AND t.first_responded_at IS NULL AND t.status <> 'closed';
RESET ROLE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_identity_providers'),
        ('sla', '0001_initial'),
        ('tickets', '0003_ticket_follow_ups'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='due_at',
            field=models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), help_text='When the promise that runs comes due; the year 9999 while none runs.'),
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', UNDONE)), fields=['desk', 'due_at', 'id'], name='ticket_desk_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', UNDONE)), fields=['desk', 'department', 'due_at', 'id'], name='ticket_queue_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', UNDONE)), fields=['desk', 'assignee', 'due_at', 'id'], name='ticket_mine_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('assignee__isnull', True), ('status__in', UNDONE)), fields=['desk', 'due_at', 'id'], name='ticket_unassigned_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', UNDONE)), fields=['desk', 'number'], name='ticket_undone_number'),
        ),
    ]
