"""The search reads documents in place, and never more of them than it needs.

Documents stay in their table's pages, uncompressed: reading one from where long values go took
longer than the search. A search through the index can't become a scan of the table, whatever the
planner expects: a word of most documents may be in none of the newest, or of one desk.
"""

from django.db import migrations

STORAGE = "ALTER TABLE tickets_searchdocument SET (toast_tuple_target = 8160)"

SEARCH = """
CREATE OR REPLACE FUNCTION search_documents(
  in_desk bigint, in_query tsquery, in_tickets bigint[], most integer
) RETURNS TABLE (ticket_id bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER  -- EXPLAIN is not allowed in a stable one
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  walked CONSTANT integer := 3000;  -- newest documents that are read one by one
  collected CONSTANT integer := 10000;  -- hits of the index that are sorted by time
  spare CONSTANT integer := 50;  -- further documents of tickets that have several
  planned json;
  newest bigint[] := '{}';
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  IF in_tickets IS NOT NULL THEN
    RETURN QUERY
      SELECT d.ticket_id FROM unnest(in_tickets) mine (id)
      JOIN tickets_searchdocument d ON d.ticket_id = mine.id
      WHERE d.desk_id = in_desk AND d.document @@ in_query
      GROUP BY d.ticket_id ORDER BY max(d.changed_at) DESC LIMIT most;
    RETURN;
  END IF;
  in_query := (quote_literal('@' || in_desk))::tsquery && in_query;
  EXECUTE 'EXPLAIN (FORMAT JSON) SELECT FROM tickets_searchdocument WHERE document @@ $1'
    INTO planned USING in_query;
  IF (planned -> 0 -> 'Plan' ->> 'Plan Rows')::double precision > collected THEN
    newest := ARRAY(
      SELECT n.ticket_id FROM (
        SELECT d.ticket_id, d.document FROM tickets_searchdocument d
        WHERE d.desk_id = in_desk ORDER BY d.changed_at DESC LIMIT walked
      ) n WHERE n.document @@ in_query LIMIT most + spare);
    IF (SELECT count(DISTINCT id) >= most FROM unnest(newest) id) THEN
      RETURN QUERY SELECT f.id FROM unnest(newest) WITH ORDINALITY f (id, place)
        GROUP BY f.id ORDER BY min(f.place) LIMIT most;
      RETURN;
    END IF;
  END IF;
  -- The sum keeps the planner from the index of the desk, which would read all its documents.
  RETURN QUERY
    SELECT h.ticket_id FROM (
      (SELECT d.ticket_id, d.changed_at FROM tickets_searchdocument d
        WHERE d.document @@ in_query AND d.desk_id + 0 = in_desk LIMIT collected)
      UNION ALL
      SELECT d.ticket_id, d.changed_at FROM unnest(newest) mine (id)
      JOIN tickets_searchdocument d ON d.ticket_id = mine.id AND d.desk_id = in_desk
    ) h GROUP BY h.ticket_id ORDER BY max(h.changed_at) DESC LIMIT most;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0008_search"),
    ]

    operations = [
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(
            "GRANT CREATE ON SCHEMA public TO plumbline_system; SET ROLE plumbline_system;"
            + SEARCH
            + "SET ROLE none; REVOKE CREATE ON SCHEMA public FROM plumbline_system;",
            migrations.RunSQL.noop,
        ),
    ]
