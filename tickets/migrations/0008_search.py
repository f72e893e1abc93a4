"""One search document per ticket, in place of a column in each of three tables.

Existing tickets are marked; the sweep "refresh search documents" makes their documents, or at once
`manage.py reindex_search`.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff

TRIGGERS = """
CREATE FUNCTION mark_search_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id) VALUES (NEW.desk_id, NEW.id);
  RETURN NULL;
END $$;
CREATE FUNCTION mark_search_of_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id) VALUES (NEW.desk_id, NEW.ticket_id);
  RETURN NULL;
END $$;
CREATE FUNCTION mark_search_of_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT m.desk_id, m.ticket_id FROM tickets_message m WHERE m.id = NEW.message_id
  UNION ALL
  SELECT n.desk_id, n.ticket_id FROM tickets_note n WHERE n.id = NEW.note_id;
  RETURN NULL;
END $$;
CREATE FUNCTION mark_search_of_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT t.desk_id, t.id FROM tickets_ticket t WHERE t.contact_id = NEW.id;
  RETURN NULL;
END $$;
CREATE FUNCTION mark_search_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT t.desk_id, t.id FROM tickets_ticket t WHERE t.account_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER ticket_search AFTER UPDATE OF subject, contact_id, account_id, fields
  ON tickets_ticket FOR EACH ROW
  WHEN ((OLD.subject, OLD.contact_id, OLD.account_id, OLD.fields)
        IS DISTINCT FROM (NEW.subject, NEW.contact_id, NEW.account_id, NEW.fields))
  EXECUTE FUNCTION mark_search_of_ticket();
CREATE TRIGGER message_search AFTER UPDATE OF body_text ON tickets_message FOR EACH ROW
  WHEN (OLD.body_text IS DISTINCT FROM NEW.body_text) EXECUTE FUNCTION mark_search_of_text();
CREATE TRIGGER note_search AFTER UPDATE OF body_text ON tickets_note FOR EACH ROW
  WHEN (OLD.body_text IS DISTINCT FROM NEW.body_text) EXECUTE FUNCTION mark_search_of_text();
CREATE TRIGGER file_search AFTER UPDATE OF name ON tickets_attachment FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION mark_search_of_file();
CREATE TRIGGER contact_search AFTER UPDATE OF name, email ON accounts_contact FOR EACH ROW
  WHEN ((OLD.name, OLD.email) IS DISTINCT FROM (NEW.name, NEW.email))
  EXECUTE FUNCTION mark_search_of_contact();
CREATE TRIGGER account_search AFTER UPDATE OF name ON accounts_account FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION mark_search_of_account();
"""

# `@@` is not leakproof, so under a row-level security policy it loses its index. This function runs
# as the system role, takes the desk, and answers only for the desk that the caller has entered.
# The planner's estimate decides: a word of many documents is looked for in the newest of the desk,
# any other through the index, which knows the desk as a word of each document. Both ways are
# bounded. The statement through the index is planned with the words of each search; the other one
# has a single good plan, which the first call of a connection gets too.
SEARCH = """
DROP FUNCTION search_tickets(bigint, text, text, text, boolean, integer);

CREATE FUNCTION search_documents(
  in_desk bigint, in_query tsquery, in_tickets bigint[], most integer
) RETURNS TABLE (ticket_id bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER  -- EXPLAIN is not allowed in a stable one
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
  walked CONSTANT integer := 3000;  -- newest documents that are read one by one
  collected CONSTANT integer := 10000;  -- hits of the index that are sorted by time
  planned json;
  found_ids bigint[] := '{}';
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  IF in_tickets IS NOT NULL THEN
    RETURN QUERY
      SELECT d.ticket_id FROM tickets_searchdocument d
      WHERE d.ticket_id = ANY (in_tickets) AND d.desk_id = in_desk AND d.document @@ in_query
      GROUP BY d.ticket_id ORDER BY max(d.changed_at) DESC LIMIT most;
    RETURN;
  END IF;
  in_query := ('''@' || in_desk || '''')::tsquery && in_query;
  EXECUTE 'EXPLAIN (FORMAT JSON) SELECT FROM tickets_searchdocument WHERE document @@ $1'
    INTO planned USING in_query;
  IF (planned -> 0 -> 'Plan' ->> 'Plan Rows')::double precision > collected THEN
    found_ids := ARRAY(
      SELECT n.ticket_id FROM (
        SELECT d.ticket_id, d.document, d.changed_at FROM tickets_searchdocument d
        WHERE d.desk_id = in_desk ORDER BY d.changed_at DESC LIMIT walked
      ) n WHERE n.document @@ in_query LIMIT most * 2);
    IF (SELECT count(DISTINCT id) >= most FROM unnest(found_ids) id) THEN
      RETURN QUERY SELECT f.id FROM unnest(found_ids) WITH ORDINALITY f (id, place)
        GROUP BY f.id ORDER BY min(f.place) LIMIT most;
      RETURN;
    END IF;
  END IF;
  RETURN QUERY EXECUTE '
    SELECT h.ticket_id FROM (
      (SELECT d.ticket_id, d.changed_at FROM tickets_searchdocument d
        WHERE d.document @@ $1 AND d.desk_id = $2 LIMIT $3)
      UNION ALL
      SELECT d.ticket_id, d.changed_at FROM tickets_searchdocument d
        WHERE d.ticket_id = ANY ($4) AND d.desk_id = $2
    ) h GROUP BY h.ticket_id ORDER BY max(h.changed_at) DESC LIMIT $5'
    USING in_query, in_desk, collected, found_ids, most;
END $$;

GRANT CREATE ON SCHEMA public TO plumbline_system;
ALTER FUNCTION search_documents(bigint, tsquery, bigint[], integer) OWNER TO plumbline_system;
REVOKE CREATE ON SCHEMA public FROM plumbline_system;
REVOKE ALL ON FUNCTION search_documents(bigint, tsquery, bigint[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_documents(bigint, tsquery, bigint[], integer)
  TO plumbline_app, plumbline_system;
"""

# The owner of the tables sees no rows under row-level security; the system role sees all.
MARK_ALL = """
SET ROLE plumbline_system;
INSERT INTO tickets_searchrefresh (desk_id, ticket_id) SELECT desk_id, id FROM tickets_ticket;
SET ROLE none;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_crm_reasons"),
        ("tickets", "0007_coverage"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_search"),
        migrations.RemoveIndex(model_name="note", name="note_search"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_subject_search"),
        migrations.RemoveField(model_name="message", name="search"),
        migrations.RemoveField(model_name="note", name="search"),
        migrations.RemoveField(model_name="ticket", name="subject_search"),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("changed_at", models.DateTimeField(help_text="When the last text was added.")),
                ("version", models.PositiveSmallIntegerField(help_text="Version of the code that read the words.")),
                ("document", django.contrib.postgres.search.SearchVectorField()),
                ("desk", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.desk", verbose_name="desk")),
                ("ticket", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="search_documents", to="tickets.ticket")),
            ],
            options={
                "verbose_name": "search document",
                "verbose_name_plural": "search documents",
                "indexes": [
                    models.Index(fields=["desk", "-changed_at"], name="search_document_newest"),
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["document"], name="search_document_words"),
                ],
                "constraints": [models.UniqueConstraint(fields=("ticket", "part"), name="search_document_part")],
            },
        ),
        migrations.CreateModel(
            name="SearchRefresh",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("desk", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.desk", verbose_name="desk")),
                ("ticket", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket")),
            ],
            options={
                "verbose_name": "search refresh",
                "verbose_name_plural": "search refreshes",
            },
        ),
        WallOff("tickets_searchdocument"),
        WallOff("tickets_searchrefresh"),
        KeysWithinDesk("SearchDocument", "SearchRefresh"),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
        migrations.RunSQL(MARK_ALL, migrations.RunSQL.noop),
    ]
