"""The database functions that may search texts across row security (architecture.md, "Data").

``@@`` is not leakproof, so under a policy it loses its index (measured 300 times slower). These
functions run as the system role, take the desk, and answer only for the desk that the caller has
entered. Names and addresses are indexed as words, split at an address's dots and signs, and found
by the start of their words.
"""

from accounts.tenancy import APP_ROLE, DESK_SETTING, SYSTEM_ROLE

OLD_SIGNATURE = "search_tickets(bigint, text, boolean, integer)"
SIGNATURE = "search_tickets(bigint, text, text, text, boolean, integer)"
CONTACTS_SIGNATURE = "search_contacts(bigint, text, integer)"
ACCOUNTS_SIGNATURE = "search_accounts(bigint, text, integer)"

CONTACT_WORDS = "to_tsvector('simple', translate(name || ' ' || email, '@._+-', '     '))"
ACCOUNT_WORDS = "to_tsvector('simple', translate(name, '@._+-', '     '))"
INDEXES = f"""
CREATE INDEX contact_words ON accounts_contact USING gin ({CONTACT_WORDS});
CREATE INDEX account_words ON accounts_account USING gin ({ACCOUNT_WORDS});
"""

_HEAD = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$"
_ENTERED = f"in_desk = NULLIF(current_setting('{DESK_SETTING}', true), '')::bigint"


def hand_over(signature: str) -> str:
    """Return statements that give a function to the system role; only the two roles may call it."""
    return f"""
GRANT CREATE ON SCHEMA public TO {SYSTEM_ROLE};
ALTER FUNCTION {signature} OWNER TO {SYSTEM_ROLE};
REVOKE CREATE ON SCHEMA public FROM {SYSTEM_ROLE};
REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE}, {SYSTEM_ROLE};
"""


def _search_names(signature: str, table: str, words: str, order: str) -> str:
    name = signature.partition("(")[0]
    return f"""
CREATE FUNCTION {name}(in_desk bigint, in_names text, most integer) RETURNS TABLE (id bigint)
{_HEAD}
  SELECT o.id FROM {table} o
  WHERE {_ENTERED} AND o.desk_id = in_desk AND {words} @@ to_tsquery('simple', in_names)
  ORDER BY {order} LIMIT most
$$;
{hand_over(signature)}"""


CREATE_NAMES = _search_names(
    CONTACTS_SIGNATURE, "accounts_contact", CONTACT_WORDS, "o.email"
) + _search_names(ACCOUNTS_SIGNATURE, "accounts_account", ACCOUNT_WORDS, "o.name")

# in_last: the last word as the beginning of one; in_names: the same words as names, "" for none.
CREATE = f"""
CREATE FUNCTION search_tickets(
  in_desk bigint, in_words text, in_last text, in_names text, with_notes boolean, most integer
) RETURNS TABLE (ticket_id bigint)
{_HEAD}
  WITH wanted AS (
    SELECT websearch_to_tsquery('simple', in_words) && to_tsquery('simple', in_last) AS query
    WHERE {_ENTERED}
  ), hits AS (
    (SELECT t.id, t.updated_at AS at FROM tickets_ticket t, wanted
      WHERE t.desk_id = in_desk AND t.subject_search @@ wanted.query
      ORDER BY t.updated_at DESC LIMIT most)
    UNION ALL
    (SELECT m.ticket_id, m.created_at FROM tickets_message m, wanted
      WHERE m.desk_id = in_desk AND m.search @@ wanted.query
      ORDER BY m.created_at DESC LIMIT most)
    UNION ALL
    (SELECT n.ticket_id, n.created_at FROM tickets_note n, wanted
      WHERE with_notes AND n.desk_id = in_desk AND n.search @@ wanted.query
      ORDER BY n.created_at DESC LIMIT most)
    UNION ALL
    (SELECT t.id, t.updated_at FROM search_contacts(in_desk, in_names, 50) c, LATERAL (
      SELECT id, updated_at FROM tickets_ticket WHERE contact_id = c.id
      ORDER BY updated_at DESC LIMIT most) t
      WHERE in_names <> '')
    UNION ALL
    (SELECT t.id, t.updated_at FROM search_accounts(in_desk, in_names, 20) a, LATERAL (
      SELECT id, updated_at FROM tickets_ticket WHERE account_id = a.id
      ORDER BY updated_at DESC LIMIT most) t
      WHERE in_names <> '')
  )
  SELECT id FROM hits GROUP BY id ORDER BY max(at) DESC LIMIT most
$$;
{hand_over(SIGNATURE)}"""
DROP = "".join(
    f"DROP FUNCTION {each};" for each in (SIGNATURE, CONTACTS_SIGNATURE, ACCOUNTS_SIGNATURE)
)

# As migration 0001 made it.
OLD_CREATE = f"""
CREATE FUNCTION search_tickets(in_desk bigint, in_words text, with_notes boolean, most integer)
RETURNS TABLE (ticket_id bigint)
{_HEAD}
  WITH wanted AS (
    SELECT websearch_to_tsquery('simple', in_words) AS query WHERE {_ENTERED}
  ), hits AS (
    (SELECT t.id, t.updated_at AS at FROM tickets_ticket t, wanted
      WHERE t.desk_id = in_desk AND t.subject_search @@ wanted.query
      ORDER BY t.updated_at DESC LIMIT most)
    UNION ALL
    (SELECT m.ticket_id, m.created_at FROM tickets_message m, wanted
      WHERE m.desk_id = in_desk AND m.search @@ wanted.query
      ORDER BY m.created_at DESC LIMIT most)
    UNION ALL
    (SELECT n.ticket_id, n.created_at FROM tickets_note n, wanted
      WHERE with_notes AND n.desk_id = in_desk AND n.search @@ wanted.query
      ORDER BY n.created_at DESC LIMIT most)
  )
  SELECT id FROM hits GROUP BY id ORDER BY max(at) DESC LIMIT most
$$;
{hand_over(OLD_SIGNATURE)}"""
OLD_DROP = f"DROP FUNCTION {OLD_SIGNATURE};"
