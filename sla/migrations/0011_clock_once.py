"""One clock of each kind per ticket, instead of one per ticket."""

import django.db.models.deletion
from django.db import migrations, models

FIND_OLD = """
DO $$
DECLARE old text;
BEGIN
  FOR old IN SELECT conname FROM pg_constraint
    WHERE conrelid = 'sla_clock'::regclass AND contype = 'u'
      AND conkey = ARRAY[(SELECT attnum FROM pg_attribute
        WHERE attrelid = 'sla_clock'::regclass AND attname = 'ticket_id')]
  LOOP
    EXECUTE format('ALTER TABLE sla_clock DROP CONSTRAINT %I', old);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    # The unique index is built concurrently.
    atomic = False

    dependencies = [
        ("sla", "0010_kinds_of_clocks"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("ALTER TABLE sla_clock DROP CONSTRAINT IF EXISTS clock_once", migrations.RunSQL.noop),
                # An invalid one, of a build that failed.
                migrations.RunSQL("DROP INDEX IF EXISTS clock_once", migrations.RunSQL.noop),
                migrations.RunSQL("CREATE UNIQUE INDEX CONCURRENTLY clock_once ON sla_clock (ticket_id, kind)", migrations.RunSQL.noop),
                migrations.RunSQL("ALTER TABLE sla_clock ADD CONSTRAINT clock_once UNIQUE USING INDEX clock_once", migrations.RunSQL.noop),
                migrations.RunSQL(FIND_OLD, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.AlterField("clock", "ticket", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="tickets.ticket", verbose_name="ticket")),
                migrations.AddConstraint("clock", models.UniqueConstraint(fields=("ticket", "kind"), name="clock_once")),
            ],
        ),
    ]
