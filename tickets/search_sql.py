"""The one function that may search texts across row security (architecture.md, "Data").

``@@`` is not leakproof, so under a policy it loses its index (measured 300 times slower). This function runs as
the system role, takes the desk, and answers only for the desk that the caller has entered.
"""

from accounts.tenancy import APP_ROLE, DESK_SETTING, SYSTEM_ROLE

SIGNATURE = "search_tickets(bigint, text, boolean, integer)"

CREATE = f"""
CREATE FUNCTION search_tickets(in_desk bigint, in_words text, with_notes boolean, most integer)
RETURNS TABLE (ticket_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH wanted AS (
    SELECT websearch_to_tsquery('simple', in_words) AS query
    WHERE in_desk = NULLIF(current_setting('{DESK_SETTING}', true), '')::bigint
  ), hits AS (
    (SELECT t.id, t.updated_at AS at FROM tickets_ticket t, wanted
      WHERE t.desk_id = in_desk AND t.subject_search @@ wanted.query ORDER BY t.updated_at DESC LIMIT most)
    UNION ALL
    (SELECT m.ticket_id, m.created_at FROM tickets_message m, wanted
      WHERE m.desk_id = in_desk AND m.search @@ wanted.query ORDER BY m.created_at DESC LIMIT most)
    UNION ALL
    (SELECT n.ticket_id, n.created_at FROM tickets_note n, wanted
      WHERE with_notes AND n.desk_id = in_desk AND n.search @@ wanted.query ORDER BY n.created_at DESC LIMIT most)
  )
  SELECT id FROM hits GROUP BY id ORDER BY max(at) DESC LIMIT most
$$;
GRANT CREATE ON SCHEMA public TO {SYSTEM_ROLE};
ALTER FUNCTION {SIGNATURE} OWNER TO {SYSTEM_ROLE};
REVOKE CREATE ON SCHEMA public FROM {SYSTEM_ROLE};
REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;
"""
GRANT = f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {APP_ROLE}, {SYSTEM_ROLE};"
DROP = f"DROP FUNCTION {SIGNATURE};"
