"""Deliveries that were made move to a table that is partitioned by month.

Partitions have no row-level security of their own: the application's roles can reach them through
the whole table only. The first months get theirs here, later ones by a job.
"""

import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy import APP_ROLE, SYSTEM_ROLE
from accounts.wall import WallOff

TABLE = "tickets_donedelivery"
CREATE = f"""
CREATE TABLE {TABLE} (
  id bigint NOT NULL,
  desk_id bigint NOT NULL,
  event_id bigint NOT NULL,
  follower varchar(80) NOT NULL,
  attempts smallint NOT NULL CHECK (attempts >= 0),
  done_at timestamptz NOT NULL,
  PRIMARY KEY (desk_id, event_id, follower, done_at)
) PARTITION BY RANGE (done_at);
CREATE TABLE {TABLE}_default PARTITION OF {TABLE} DEFAULT;
REVOKE ALL ON {TABLE}_default FROM {APP_ROLE}, {SYSTEM_ROLE};
DO $$
DECLARE
  start timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  until timestamptz;
  name text;
BEGIN
  FOR month IN 0..3 LOOP
    until := (start AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    name := '{TABLE}_' || to_char(start AT TIME ZONE 'UTC', 'YYYY_MM');
    EXECUTE format('CREATE TABLE %I PARTITION OF {TABLE} FOR VALUES FROM (%L) TO (%L)',
                   name, start, until);
    EXECUTE format('REVOKE ALL ON %I FROM {APP_ROLE}, {SYSTEM_ROLE}', name);
    start := until;
  END LOOP;
END $$;
"""
MOVE = f"""
SET ROLE {SYSTEM_ROLE};
WITH done AS (
  DELETE FROM tickets_eventdelivery WHERE state = 'done' OR follower = 'live'
  RETURNING id, desk_id, event_id, follower, attempts, done_at, next_try_at
)
INSERT INTO {TABLE} (id, desk_id, event_id, follower, attempts, done_at)
SELECT id, desk_id, event_id, follower, attempts, COALESCE(done_at, next_try_at) FROM done
WHERE done_at IS NOT NULL;
SET ROLE NONE;
"""
# Half of each page is left for the new versions of its rows, so that claiming is a HOT update.
STORAGE = """
ALTER TABLE tickets_eventdelivery SET (
  fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000
);
"""
DONE_DELIVERY = migrations.CreateModel(
    name='DoneDelivery',
    fields=[
        ('id', models.BigIntegerField(primary_key=True, serialize=False)),
        ('event_id', models.BigIntegerField()),
        ('follower', models.CharField(max_length=80)),
        ('attempts', models.PositiveSmallIntegerField()),
        ('done_at', models.DateTimeField()),
        ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
    ],
    options={
        'verbose_name': 'delivery made',
        'verbose_name_plural': 'deliveries made',
    },
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_help_texts'),
        ('tickets', '0013_queue_rows'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, f"DROP TABLE {TABLE}")],
            state_operations=[DONE_DELIVERY],
        ),
        WallOff(TABLE),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='eventdelivery',
            name='done_at',
        ),
        migrations.AddField(
            model_name='eventdelivery',
            name='claimed_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='eventdelivery',
            name='state',
            field=models.CharField(choices=[('due', 'Due'), ('given_up', 'Failed')], default='due', max_length=8, verbose_name='state'),
        ),
        # The unique keys start with the event, too.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS tickets_eventdelivery_event_id_824225ca;"
                    "DROP INDEX IF EXISTS tickets_notification_event_id_cccaecba;",
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='eventdelivery',
                    name='event',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='tickets.ticketevent', verbose_name='event'),
                ),
                migrations.AlterField(
                    model_name='notification',
                    name='event',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticketevent'),
                ),
            ],
        ),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
