"""Defects stay in the R&D queue while a product line waits for its release (M19)."""

from django.db import migrations, models

# Another line or account of a linked ticket can change which fix is its own, and who still waits.
MARK_BOTH = """
CREATE OR REPLACE FUNCTION mark_defects_to_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'tickets_ticket' THEN
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT d.desk_id, d.id, w.work
    FROM tickets_defectlink l JOIN tickets_defect d ON d.id = l.defect_id
    CROSS JOIN (VALUES ('tell'), ('rank')) w(work)
    WHERE l.ticket_id = NEW.id AND d.stage IN ('released', 'verified');
  ELSE
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT DISTINCT d.desk_id, d.id, w.work
    FROM tickets_defectlink l JOIN tickets_ticket t ON t.id = l.ticket_id
    JOIN tickets_defect d ON d.id = l.defect_id
    CROSS JOIN (VALUES ('tell'), ('rank')) w(work)
    WHERE t.account_id = NEW.id AND d.stage IN ('released', 'verified');
  END IF;
  RETURN NULL;
END $$;
"""
MARK_ONE = """
CREATE OR REPLACE FUNCTION mark_defects_to_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'tickets_ticket' THEN
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT d.desk_id, d.id, 'tell'
    FROM tickets_defectlink l JOIN tickets_defect d ON d.id = l.defect_id
    WHERE l.ticket_id = NEW.id AND d.stage IN ('released', 'verified');
  ELSE
    INSERT INTO tickets_defectmark (desk_id, defect_id, work)
    SELECT DISTINCT d.desk_id, d.id, 'tell'
    FROM tickets_defectlink l JOIN tickets_ticket t ON t.id = l.ticket_id
    JOIN tickets_defect d ON d.id = l.defect_id
    WHERE t.account_id = NEW.id AND d.stage IN ('released', 'verified');
  END IF;
  RETURN NULL;
END $$;
"""
# The next sweep counts who waits for what was released before this migration.
MARK_RELEASED = """
INSERT INTO tickets_defectmark (desk_id, defect_id, work)
SELECT desk_id, id, 'rank' FROM tickets_defect WHERE stage IN ('released', 'verified');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_handles'),
        ('tickets', '0046_more_channels'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='defect',
            name='defect_queue',
        ),
        migrations.AddField(
            model_name='defect',
            name='tickets_waiting',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='tickets that wait for another release'),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(condition=models.Q(('stage__in', ('reported', 'confirmed', 'planned', 'in_progress', 'tested')), models.Q(('stage__in', ('released', 'verified')), ('tickets_waiting__gt', 0)), _connector='OR'), fields=['desk', '-rank', 'id'], name='defect_queue'),
        ),
        migrations.RunSQL(MARK_BOTH, MARK_ONE),
        migrations.RunSQL(MARK_RELEASED, migrations.RunSQL.noop),
    ]
