"""Documents whose words begin with their desk, and with words for blocks of ticket numbers.

The index then keeps each desk's words apart, and tells which of the newest tickets have a word
without reading its other hits. Documents are long values beside their table, so its rows are few
pages: a hit costs a fifth of a microsecond.

All documents are made anew: by the sweep "refresh search documents", or at once by
`manage.py reindex_search`.
"""

from django.db import migrations, models

# Not compressed: PostgreSQL tries in vain to compress most of them, with each message.
EMPTY = """
TRUNCATE tickets_searchdocument;
ALTER TABLE tickets_searchdocument RESET (toast_tuple_target),
  ALTER COLUMN document SET STORAGE EXTERNAL;
DROP FUNCTION search_documents(bigint, tsquery, bigint[], integer);
"""

# The words of a document for the blocks of 4,096 and of 65,536 numbers that the ticket is in.
BLOCKS = """
CREATE FUNCTION search_blocks(desk bigint, number bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(ARRAY[
  to_hex(desk) || '@^a' || to_hex(number >> 12), to_hex(desk) || '@^b' || to_hex(number >> 16)]);
"""

# `@@` is not leakproof, so under a row-level security policy it loses its index. This function runs
# as the system role, takes the desk, and answers only for the desk that the caller has entered.
#
# It looks in the newest block of tickets, then in a larger one, and last in all: a frequent word
# has enough hits in the first ones, and a rare one costs little everywhere. Nothing depends on
# estimates, and each statement has a single good plan, which the first call of a connection gets.
#
# in_words: the search as the index knows it, without the places of words. in_rows: the same with
# them, or NULL if they don't count; documents are read for it, up to max_checked.
# unchecked_before then is the number before which nothing was looked for: in_before of the next
# call. in_hidden, in_agent: as in tickets/visibility.py; NULL for who sees all. in_tickets: NULL for all.
SEARCH = """
CREATE FUNCTION search_documents(
  in_desk bigint, in_words tsquery, in_rows tsquery, in_before bigint, in_hidden bigint[],
  in_agent bigint, in_tickets bigint[], most integer
) RETURNS TABLE (ticket_ids bigint[], unchecked_before bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 SET work_mem = '32MB' AS $$
DECLARE
  few CONSTANT integer := 2000;  -- tickets whose documents are read one by one
  spare CONSTANT integer := 50;  -- further documents of tickets that have several
  max_checked CONSTANT integer := 2000;  -- documents read for the places of words
  slice CONSTANT integer := 250;
  most_fetched integer := CASE WHEN in_rows IS NOT NULL THEN max_checked
    WHEN in_hidden IS NOT NULL THEN most * 4 ELSE most + spare END;
  space CONSTANT text := to_hex(in_desk) || '@^';
  last bigint;
  before bigint;
  lowest bigint;
  block bigint;
  size text;
  bits integer;
  fetched integer;
  found_here integer := 0;
  rate double precision;  -- hits per number in the newest block
  wanted tsquery;
  hits bigint[];
  numbers bigint[];
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  ticket_ids := '{}';
  IF cardinality(in_tickets) <= few THEN
    ticket_ids := ARRAY(
      SELECT d.ticket_id FROM unnest(in_tickets) mine (id)
      JOIN tickets_searchdocument d ON d.ticket_id = mine.id
      WHERE d.desk_id = in_desk AND d.document @@ coalesce(in_rows, in_words)
      GROUP BY d.ticket_id, d.number ORDER BY d.number DESC LIMIT most);
    RETURN NEXT;
    RETURN;
  END IF;
  last := least(in_before - 1, (SELECT t.number FROM tickets_ticket t WHERE t.desk_id = in_desk
                                ORDER BY t.number DESC LIMIT 1));
  before := last + 1;
  <<levels>>
  FOR size, bits IN VALUES ('a', 12), ('b', 16), ('', 62) LOOP
    block := greatest((last >> bits) - 1, 0);
    lowest := block << bits;
    wanted := in_words;
    IF size = 'b' AND lowest > 0 AND rate * (last - lowest) < most THEN
      CONTINUE;
    ELSIF lowest > 0 THEN
      wanted := in_words && format('''%s'' | ''%s''', space || size || to_hex(block),
        space || size || to_hex(block + 1))::tsquery;
    END IF;
    WHILE before > lowest LOOP
      SELECT array_agg(h.id ORDER BY h.number DESC), array_agg(h.number ORDER BY h.number DESC)
      INTO hits, numbers FROM (
        SELECT d.id, d.number FROM tickets_searchdocument d
        WHERE d.document @@ wanted AND d.desk_id = in_desk
          AND d.number >= lowest AND d.number < before
          AND (in_tickets IS NULL OR d.ticket_id IN (SELECT unnest(in_tickets)))
        ORDER BY d.number DESC FETCH FIRST most_fetched ROWS WITH TIES
      ) h;
      fetched := coalesce(cardinality(hits), 0);
      found_here := found_here + fetched;
      before := CASE WHEN fetched < most_fetched THEN lowest ELSE numbers[fetched] END;
      FOR place IN 1 .. fetched BY slice LOOP
        ticket_ids := ticket_ids || ARRAY(
          SELECT d.ticket_id FROM unnest(hits[place : place + slice - 1]) h (id)
          JOIN tickets_searchdocument d ON d.id = h.id
          WHERE d.ticket_id IS DISTINCT FROM ticket_ids[cardinality(ticket_ids)]
            AND (in_rows IS NULL OR d.document @@ in_rows)
            AND (in_hidden IS NULL OR (
              SELECT q.department_id IS NULL OR q.department_id <> ALL (in_hidden)
                OR q.assignee_id = in_agent
              FROM tickets_queuerow q WHERE q.ticket_id = d.ticket_id))
          GROUP BY d.ticket_id, d.number ORDER BY d.number DESC);
        EXIT levels WHEN cardinality(ticket_ids) >= most;
      END LOOP;
      IF in_rows IS NOT NULL THEN
        most_fetched := most_fetched - fetched;
        IF most_fetched <= 0 THEN
          unchecked_before := before;
          EXIT levels;
        END IF;
      ELSE
        most_fetched := most_fetched * 4;  -- each time reads all hits of the block again
      END IF;
    END LOOP;
    rate := found_here::double precision / (last + 1 - lowest);
  END LOOP;
  ticket_ids := ticket_ids[1:most];
  RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION
  search_documents(bigint, tsquery, tsquery, bigint, bigint[], bigint, bigint[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  search_documents(bigint, tsquery, tsquery, bigint, bigint[], bigint, bigint[], integer)
  TO plumbline_app, plumbline_system;
"""

# The owner of the tables sees no rows under row-level security; the system role sees all.
MARK_ALL = """
SET ROLE plumbline_system;
INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
SELECT t.desk_id, t.id FROM tickets_ticket t
WHERE NOT EXISTS (SELECT FROM tickets_searchrefresh r WHERE r.ticket_id = t.id);
SET ROLE none;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0020_order_of_queue_rows"),
    ]

    operations = [
        migrations.RunSQL(EMPTY + BLOCKS, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="searchdocument", name="search_document_newest"),
        migrations.RemoveField(model_name="searchdocument", name="changed_at"),
        migrations.AddField(
            model_name="searchdocument",
            name="number",
            field=models.BigIntegerField(help_text="The ticket's number: the newest hit comes first."),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "GRANT CREATE ON SCHEMA public TO plumbline_system; SET ROLE plumbline_system;"
            + SEARCH
            + "SET ROLE none; REVOKE CREATE ON SCHEMA public FROM plumbline_system;",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(MARK_ALL, migrations.RunSQL.noop),
    ]
