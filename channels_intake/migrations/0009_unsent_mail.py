"""Queued emails in a narrow table, so that sending changes no indexed column of the wide one."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE
from accounts.wall import KeysWithinDesk, WallOff

URGENCY = """CASE {row}.kind WHEN 'reply' THEN 0 WHEN 'phone' THEN 0
  WHEN 'receipt' THEN 1 WHEN 'copy' THEN 1 ELSE 2 END"""
KEEP = f"""
CREATE FUNCTION keep_unsent_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'queued' THEN
    INSERT INTO channels_intake_unsentmail (mail_id, desk_id, urgency, next_try_at)
    VALUES (NEW.id, NEW.desk_id, {URGENCY.format(row="NEW")}, NEW.next_try_at)
    ON CONFLICT (mail_id) DO UPDATE SET next_try_at = excluded.next_try_at;
  ELSE
    DELETE FROM channels_intake_unsentmail WHERE mail_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER unsent_mail_of_new AFTER INSERT ON channels_intake_outgoingemail
  FOR EACH ROW WHEN (NEW.state = 'queued') EXECUTE FUNCTION keep_unsent_mail();
CREATE TRIGGER unsent_mail AFTER UPDATE OF state, next_try_at ON channels_intake_outgoingemail
  FOR EACH ROW
  WHEN ((OLD.state, OLD.next_try_at) IS DISTINCT FROM (NEW.state, NEW.next_try_at))
  EXECUTE FUNCTION keep_unsent_mail();
SET ROLE {SYSTEM_ROLE};
INSERT INTO channels_intake_unsentmail (mail_id, desk_id, urgency, next_try_at)
SELECT id, desk_id, {URGENCY.format(row="mail")}, next_try_at
FROM channels_intake_outgoingemail mail WHERE state = 'queued';
SET ROLE NONE;
-- The bodies go beside the table, and half of each page is left for the new versions of its rows.
ALTER TABLE channels_intake_outgoingemail SET (
  fillfactor = 50, toast_tuple_target = 256, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02
);
ALTER TABLE channels_intake_unsentmail SET (
  autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000
);
"""
DROP = """
DROP TRIGGER unsent_mail_of_new ON channels_intake_outgoingemail;
DROP TRIGGER unsent_mail ON channels_intake_outgoingemail;
DROP FUNCTION keep_unsent_mail();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_help_texts'),
        ('channels_intake', '0008_one_key_per_desk'),
        ('tickets', '0014_archive'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='outgoingemail',
            name='mail_unsent',
        ),
        migrations.AddField(
            model_name='outgoingemail',
            name='claimed_until',
            field=models.DateTimeField(null=True),
        ),
        # The unique key starts with the event, too.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS channels_intake_outgoingemail_event_id_214bae5a",
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='outgoingemail',
                    name='event',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticketevent'),
                ),
            ],
        ),
        migrations.CreateModel(
            name='UnsentMail',
            fields=[
                ('mail', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='unsent', serialize=False, to='channels_intake.outgoingemail')),
                ('urgency', models.PositiveSmallIntegerField()),
                ('next_try_at', models.DateTimeField()),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
            ],
            options={
                'verbose_name': 'unsent email',
                'verbose_name_plural': 'unsent emails',
                'indexes': [models.Index(fields=['desk', 'urgency', 'next_try_at'], name='mail_by_urgency'), models.Index(fields=['next_try_at'], name='mail_unsent')],
            },
        ),
        WallOff("channels_intake_unsentmail"),
        KeysWithinDesk("UnsentMail"),
        migrations.RunSQL(KEEP, DROP),
    ]
