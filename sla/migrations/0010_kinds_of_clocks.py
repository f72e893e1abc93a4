"""Clocks of several kinds with pauses and several warnings; policies; targets in business days."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import accounts.models.fields
from accounts.tenancy import SYSTEM_ROLE
from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff

CLOCKS = [("first_response", "First response"), ("next_response", "Next response"), ("update", "Regular update"), ("resolution", "Resolution aim"), ("promised_update", "Promised update"), ("level_taken", "Taken"), ("level_answered", "Answered"), ("level_returned", "Given back"), ("level_silence", "Without a note")]
ENTRIES = [("started", "Started"), ("replanned", "Rescheduled"), ("paused", "Paused"), ("resumed", "Resumed"), ("warned", "Warned"), ("breached", "Breached"), ("met", "Met"), ("stopped", "Stopped")]
LEVELS = [("l1", "Level 1"), ("l2", "Level 2"), ("rnd", "R&D")]

WATCHED = ("warn_at", "due_at", "paused_at", "breached_at", "met_at", "stopped_at")
ENDS = ("paused_at", "breached_at", "met_at", "stopped_at")
IS_RUNNING = " AND ".join(f"NEW.{column} IS NULL" for column in ENDS)


def name_columns(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in WATCHED)


DROP = """
DROP TRIGGER clock_deadline_of_new ON sla_clock;
DROP TRIGGER clock_deadline ON sla_clock;
"""
KEEP = f"""
CREATE OR REPLACE FUNCTION keep_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {IS_RUNNING} THEN
    INSERT INTO sla_deadline (clock_id, desk_id, due_at, warn_at)
    VALUES (NEW.id, NEW.desk_id, NEW.due_at, NEW.warn_at)
    ON CONFLICT (clock_id) DO UPDATE SET due_at = excluded.due_at, warn_at = excluded.warn_at;
  ELSE
    DELETE FROM sla_deadline WHERE clock_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER clock_deadline_of_new AFTER INSERT ON sla_clock FOR EACH ROW
  WHEN ({IS_RUNNING}) EXECUTE FUNCTION keep_deadline();
CREATE TRIGGER clock_deadline AFTER UPDATE OF {", ".join(WATCHED)} ON sla_clock FOR EACH ROW
  WHEN (({name_columns("OLD")}) IS DISTINCT FROM ({name_columns("NEW")}))
  EXECUTE FUNCTION keep_deadline();
"""
# Without triggers: no deadline changes.
FILL = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE sla_clock SET target_seconds = target_seconds * 60,
  warn_times = ARRAY[warn_at], warn_points = ARRAY[75],
  warned = CASE WHEN warned_at IS NULL THEN 0 ELSE 1 END,
  warn_at = CASE WHEN warned_at IS NULL THEN warn_at END;
SET ROLE NONE;
"""
DESK = ("desk", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.desk", verbose_name="desk"))
DESK_KEY = """
ALTER TABLE sla_target ADD CONSTRAINT sla_target_desk_id_fk_accounts_desk_id
  FOREIGN KEY (desk_id) REFERENCES accounts_desk (id) DEFERRABLE INITIALLY DEFERRED
"""
DROP_DESK_KEY = "ALTER TABLE sla_target DROP CONSTRAINT sla_target_desk_id_fk_accounts_desk_id"
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0018_sla_settings"),
        ("sla", "0009_replans"),
        ("tickets", "0031_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Policy",
            fields=[
                ID,
                ("name", accounts.models.fields.LineField(max_length=80, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                DESK,
            ],
            options={
                "verbose_name": "SLA policy",
                "verbose_name_plural": "SLA policies",
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("desk", "name"), name="policy_name_unique", violation_error_message="There is already a policy with this name.")],
            },
        ),
        migrations.CreateModel(
            name="PolicyCondition",
            fields=[
                ID,
                ("kind", models.CharField(choices=[("plan", "Plan"), ("product", "Product"), ("account_status", "Account status"), ("priority", "Priority"), ("department", "Department"), ("channel", "Channel"), ("tag", "Tag")], max_length=14, verbose_name="condition")),
                ("value", models.CharField(blank=True, default="", max_length=20, verbose_name="value")),
                ("policy", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="conditions", to="sla.policy")),
                ("plan", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="accounts.plan")),
                ("product", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="accounts.product")),
                ("priority", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="tickets.priority")),
                ("department", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="accounts.department")),
                ("tag", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="tickets.tag")),
                DESK,
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "kind", "plan", "product", "priority", "department", "tag", "value"), name="policy_condition_once", nulls_distinct=False, violation_error_message="This condition is already there."),
                    models.CheckConstraint(condition=Q(("kind", "plan"), ("plan__isnull", False)) | Q(("kind", "product"), ("product__isnull", False)) | Q(("kind", "priority"), ("priority__isnull", False)) | Q(("department__isnull", False), ("kind", "department")) | Q(("kind", "tag"), ("tag__isnull", False)) | (Q(("kind__in", ["account_status", "channel"])) & ~Q(("value", ""))), name="policy_condition_has_value"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ID,
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("data", models.JSONField(default=dict, verbose_name="policy")),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.agent", verbose_name="changed by")),
                ("policy", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="sla.policy")),
                DESK,
            ],
            options={
                "verbose_name": "version of a policy",
                "verbose_name_plural": "versions of policies",
                "ordering": ["-version"],
                "constraints": [models.UniqueConstraint(fields=("policy", "version"), name="policy_version_once")],
            },
        ),
        migrations.CreateModel(
            name="LevelTarget",
            fields=[
                ID,
                ("level", models.CharField(choices=LEVELS, max_length=4, verbose_name="level")),
                ("clock", models.CharField(choices=CLOCKS[5:], max_length=16, verbose_name="clock")),
                ("minutes", models.PositiveIntegerField(help_text="Minutes of the calendar's business hours.", validators=[django.core.validators.MinValueValidator(1)], verbose_name="minutes")),
                ("calendar", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendar", verbose_name="calendar")),
                DESK,
            ],
            options={
                "verbose_name": "internal target",
                "verbose_name_plural": "internal targets",
                "ordering": ["level", "clock"],
                "constraints": [models.UniqueConstraint(fields=("desk", "level", "clock"), name="level_target_once", violation_error_message="This level already has a target for that clock.")],
            },
        ),
        migrations.RemoveConstraint("target", "target_once"),
        migrations.RenameField("target", "minutes", "amount"),
        migrations.AddField("target", "policy", models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="sla.policy", verbose_name="policy")),
        migrations.AddField("target", "clock", models.CharField(choices=CLOCKS[:4], default="first_response", max_length=16, verbose_name="clock")),
        migrations.AddField("target", "unit", models.CharField(choices=[("minutes", "Hours and minutes"), ("business_days", "Business days"), ("none", "No target")], default="minutes", max_length=14, verbose_name="unit")),
        migrations.AddField("target", "by_minute", models.PositiveSmallIntegerField(blank=True, help_text="Minutes after midnight, on the last business day.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name="by")),
        migrations.AlterField("target", "amount", models.PositiveIntegerField(default=0, help_text="Minutes of the calendar's business hours, or business days.", verbose_name="amount")),
        migrations.AlterField("target", "calendar", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="sla.calendar", verbose_name="calendar")),
        migrations.AlterField("target", "plan", models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="accounts.plan", verbose_name="plan")),
        migrations.AlterField("target", "priority", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="tickets.priority", verbose_name="priority")),
        migrations.AlterModelOptions("target", {"ordering": ["plan__position", "priority__rank", "account_status", "clock"], "verbose_name": "SLA target", "verbose_name_plural": "SLA targets"}),
        migrations.AddConstraint("target", models.UniqueConstraint(fields=("plan", "priority", "account_status", "clock"), name="target_once", violation_error_message="This plan already has a target for that priority and status.")),
        migrations.AddConstraint("target", models.UniqueConstraint(fields=("policy", "clock"), name="target_of_policy_once", violation_error_message="This policy already has a target for that clock.")),
        migrations.AddConstraint("target", models.CheckConstraint(condition=Q(("plan__isnull", False), ("policy__isnull", True), ("priority__isnull", False)) | Q(("plan__isnull", True), ("policy__isnull", False), ("priority__isnull", True)), name="target_of_matrix_or_policy")),
        migrations.AddConstraint("target", models.CheckConstraint(condition=Q(("unit", "none")) | Q(("amount__gte", 1), ("calendar__isnull", False)), name="target_has_amount", violation_error_message="Enter at least one minute or day, and a calendar.")),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        migrations.RenameField("clock", "target_minutes", "target_seconds"),
        migrations.AlterField("clock", "target_seconds", models.PositiveIntegerField(help_text="Working time from the start to the deadline.", verbose_name="target (seconds)")),
        migrations.AddField("clock", "kind", models.CharField(choices=CLOCKS, default="first_response", max_length=16, verbose_name="clock"), preserve_default=False),
        migrations.AddField("clock", "run", models.PositiveIntegerField(default=1, help_text="How often this clock has started on this ticket.", verbose_name="run")),
        migrations.AddField("clock", "pauses", models.JSONField(default=list, help_text="From, to and reason of each; the last may be open.", verbose_name="pauses")),
        migrations.AddField("clock", "paused_at", models.DateTimeField(null=True, verbose_name="paused")),
        migrations.AddField("clock", "warn_times", django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), blank=True, default=list, size=None, verbose_name="warnings due")),
        migrations.AddField("clock", "warn_points", django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, help_text="Percent of the target, one for each warning.", size=None, verbose_name="warning points")),
        migrations.AddField("clock", "warned", models.PositiveSmallIntegerField(default=0, help_text="Warnings that were sent or are outdated.", verbose_name="warnings passed")),
        migrations.AlterField("clock", "warn_at", models.DateTimeField(null=True, verbose_name="next warning due")),
        migrations.AlterField("clock", "due_at", models.DateTimeField(help_text="While the clock is paused: as of the start of the pause.", verbose_name="due")),
        migrations.AlterField("clock", "stopped_at", models.DateTimeField(help_text="It ended without being met or breached.", null=True, verbose_name="stopped")),
        migrations.AlterField("clock", "calendar", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendar")),
        migrations.AlterField("clock", "calendar_version", models.PositiveIntegerField(null=True, verbose_name="calendar version")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField("clock", "warned_at"),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.AlterField("clockentry", "kind", models.CharField(choices=ENTRIES, max_length=12, verbose_name="kind")),
        migrations.AlterField("deadline", "warn_at", models.DateTimeField(help_text="Empty after the last warning was sent.", null=True)),
        # A target may have no other key that ensures its desk.
        migrations.RunSQL(DESK_KEY, DROP_DESK_KEY),
        WallOff("sla_policy"),
        WallOff("sla_policycondition"),
        WallOff("sla_policyversion"),
        WallOff("sla_leveltarget"),
        KeysWithinDesk("PolicyCondition", "PolicyVersion", "LevelTarget", "Target", "Clock"),
        NewVersionOnChange("sla_policy"),
        NewVersionOnChange("sla_policycondition"),
        NewVersionOnChange("sla_leveltarget"),
    ]
