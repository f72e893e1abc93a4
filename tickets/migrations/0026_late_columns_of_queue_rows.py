"""Right values for queue rows that the trigger made before it knew these columns.

A row that was made between migrations 0013 and 0017 got the defaults of 0017, and 0018 left it as
it was.
"""

from django.db import migrations

from accounts.tenancy import SYSTEM_ROLE

BATCH = 5000  # tickets that are compared in one transaction

# A ticket is locked first, so that its trigger writes before this or after it. The comparison is
# made again with what a writer has just committed.
MEND = f"""
DO $$
DECLARE
  reached bigint := 0;
  upto bigint;
BEGIN
  LOOP
    SELECT max(id) INTO upto FROM (
      SELECT id FROM tickets_ticket WHERE id > reached ORDER BY id LIMIT {BATCH}
    ) batch;
    EXIT WHEN upto IS NULL;
    WITH wrong AS MATERIALIZED (
      SELECT t.id, t.product_id, t.closed_at, t.close_reason,
        t.fields <> '{{}}' OR t.uncovered <> '{{}}' AS has_details
      FROM tickets_ticket t JOIN tickets_queuerow q ON q.ticket_id = t.id
      WHERE t.id > reached AND t.id <= upto
        AND (q.product_id, q.closed_at, q.close_reason, q.has_details) IS DISTINCT FROM
          (t.product_id, t.closed_at, t.close_reason, t.fields <> '{{}}' OR t.uncovered <> '{{}}')
      FOR NO KEY UPDATE OF t
    )
    UPDATE tickets_queuerow q SET product_id = wrong.product_id, closed_at = wrong.closed_at,
      close_reason = wrong.close_reason, has_details = wrong.has_details
    FROM wrong WHERE q.ticket_id = wrong.id;
    COMMIT;
    reached := upto;
  END LOOP;
END $$
"""
# The owner of the tables sees no rows under row-level security; the system role sees all.
STATEMENTS = [f"SET ROLE {SYSTEM_ROLE}", MEND, "SET ROLE none"]


class Migration(migrations.Migration):
    atomic = False  # each batch is committed

    dependencies = [
        ("tickets", "0025_vacuum_of_queue_rows"),
    ]

    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
