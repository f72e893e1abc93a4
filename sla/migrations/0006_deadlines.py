"""Deadlines of running clocks in a narrow table, kept by a trigger on the clock."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.storage import SetStorage
from accounts.tenancy import SYSTEM_ROLE
from accounts.wall import KeysWithinDesk, WallOff

IS_RUNNING = "{0}.met_at IS NULL AND {0}.breached_at IS NULL AND {0}.stopped_at IS NULL"
WARN_AT = "CASE WHEN {0}.warned_at IS NULL THEN {0}.warn_at END"
WATCHED = ("warn_at", "due_at", "warned_at", "breached_at", "met_at", "stopped_at")


def name_columns(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in WATCHED)


KEEP = f"""
CREATE FUNCTION keep_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {IS_RUNNING.format("NEW")} THEN
    INSERT INTO sla_deadline (clock_id, desk_id, due_at, warn_at)
    VALUES (NEW.id, NEW.desk_id, NEW.due_at, {WARN_AT.format("NEW")})
    ON CONFLICT (clock_id) DO UPDATE SET due_at = excluded.due_at, warn_at = excluded.warn_at;
  ELSE
    DELETE FROM sla_deadline WHERE clock_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER clock_deadline_of_new AFTER INSERT ON sla_clock FOR EACH ROW
  WHEN ({IS_RUNNING.format("NEW")}) EXECUTE FUNCTION keep_deadline();
CREATE TRIGGER clock_deadline AFTER UPDATE OF {", ".join(WATCHED)} ON sla_clock FOR EACH ROW
  WHEN (({name_columns("OLD")}) IS DISTINCT FROM ({name_columns("NEW")}))
  EXECUTE FUNCTION keep_deadline();
"""
DROP = """
DROP TRIGGER clock_deadline_of_new ON sla_clock;
DROP TRIGGER clock_deadline ON sla_clock;
DROP FUNCTION keep_deadline();
"""
FILL = f"""
SET ROLE {SYSTEM_ROLE};
INSERT INTO sla_deadline (clock_id, desk_id, due_at, warn_at)
SELECT c.id, c.desk_id, c.due_at, {WARN_AT.format("c")} FROM sla_clock c
WHERE {IS_RUNNING.format("c")};
SET ROLE NONE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0009_config_version"),
        ("sla", "0005_deadlines_of_queue_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deadline",
            fields=[
                ("clock", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="deadline", serialize=False, to="sla.clock")),
                ("warn_at", models.DateTimeField(help_text="Empty after the warning.", null=True)),
                ("due_at", models.DateTimeField()),
                ("desk", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.desk")),
            ],
            options={
                "verbose_name": "deadline",
                "verbose_name_plural": "deadlines",
                "indexes": [
                    models.Index(fields=["due_at"], name="deadline_due"),
                    models.Index(condition=models.Q(("warn_at__isnull", False)), fields=["warn_at"], name="deadline_to_warn"),
                ],
            },
        ),
        WallOff("sla_deadline"),
        KeysWithinDesk("Deadline"),
        migrations.RunSQL(KEEP, DROP),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="clock", name="clock_due"),
        migrations.RemoveIndex(model_name="clock", name="clock_to_warn"),
        # The room on each page is for the new versions of its rows: a mark, a warning, a reply.
        SetStorage(
            "sla_clock",
            fillfactor=75,
            autovacuum_vacuum_scale_factor=0.01,
            autovacuum_analyze_scale_factor=0.02,
        ),
        SetStorage("sla_deadline", fillfactor=80, autovacuum_vacuum_scale_factor=0.01),
        SetStorage(
            "sla_clockentry",
            autovacuum_vacuum_insert_scale_factor=0.02,
            autovacuum_analyze_scale_factor=0.02,
        ),
    ]
