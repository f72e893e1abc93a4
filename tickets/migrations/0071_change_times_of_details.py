"""A new value of what only the ticket's own row has is a change of the ticket, too.

The queue row has a copy of most properties, and ``changed_at``. Values of fields and the like are
written without a new ``updated_at`` when a name is erased from them, or a file is imported again,
and then nothing of the queue row differs.
"""

from django.db import migrations

COLUMNS = ("fields", "uncovered", "language", "impact", "product_line_id")


def name_columns(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in COLUMNS)


FUNCTION = """
CREATE FUNCTION touch_queue_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tickets_queuerow SET changed_at = clock_timestamp() WHERE ticket_id = NEW.id;
  RETURN NULL;
END $$
"""
TRIGGER = f"""
CREATE TRIGGER ticket_queue_row_details AFTER UPDATE OF {", ".join(COLUMNS)} ON tickets_ticket
  FOR EACH ROW WHEN (({name_columns("OLD")}) IS DISTINCT FROM ({name_columns("NEW")}))
  EXECUTE FUNCTION touch_queue_row()
"""
DROP = """
DROP TRIGGER ticket_queue_row_details ON tickets_ticket;
DROP FUNCTION touch_queue_row()
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0070_change_times")]

    operations = [migrations.RunSQL(f"{FUNCTION};\n{TRIGGER}", DROP)]
