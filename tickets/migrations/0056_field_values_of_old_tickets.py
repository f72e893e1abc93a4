"""Field values of existing tickets. All fields until now are lines of text and choices."""

from django.db import migrations

from accounts.tenancy import SYSTEM_ROLE

BATCH = 5000  # tickets per transaction

FILL = f"""
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
    INSERT INTO tickets_fieldvalue (desk_id, ticket_id, field_id, text)
    SELECT t.desk_id, t.id, f.id, left(given.value, 200)
    FROM tickets_ticket t CROSS JOIN LATERAL jsonb_each_text(t.fields) given
    JOIN tickets_formfield f ON f.desk_id = t.desk_id AND f.key = given.key
    WHERE t.id > reached AND t.id <= upto
      AND t.fields <> '{{}}' AND jsonb_typeof(t.fields) = 'object' AND given.value <> ''
    ON CONFLICT DO NOTHING;
    COMMIT;
    reached := upto;
  END LOOP;
END $$
"""
# The owner of the tables sees no rows under row-level security; the system role sees all.
STATEMENTS = [f"SET ROLE {SYSTEM_ROLE}", FILL, "SET ROLE none"]


class Migration(migrations.Migration):
    atomic = False  # each batch is committed

    dependencies = [("tickets", "0055_find")]

    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
