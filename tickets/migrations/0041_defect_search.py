"""Words of defects, to search for them and to suggest them for tickets."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff

# Services write the words (tickets/defects/search/documents.py). Whatever else changes a text - an
# erasure, the admin, a command - the document is marked, and a sweep writes it again. So it is when
# a ticket is linked or unlinked, and when a linked one changes its subject or department.
TRIGGERS = """
CREATE FUNCTION mark_defect_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tickets_defectdocument (defect_id, desk_id, version, document, is_stale)
    VALUES (NEW.id, NEW.desk_id, 0, '', TRUE);
  ELSE
    UPDATE tickets_defectdocument SET is_stale = TRUE WHERE defect_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER defect_document_added AFTER INSERT ON tickets_defect
  FOR EACH ROW EXECUTE FUNCTION mark_defect_document();
CREATE TRIGGER defect_document_changed
  AFTER UPDATE OF title, problem, areas, steps, changes, affected_versions, public_title
  ON tickets_defect FOR EACH ROW
  WHEN ((OLD.title, OLD.problem, OLD.areas, OLD.steps, OLD.changes, OLD.affected_versions,
         OLD.public_title)
        IS DISTINCT FROM (NEW.title, NEW.problem, NEW.areas, NEW.steps, NEW.changes,
                          NEW.affected_versions, NEW.public_title))
  EXECUTE FUNCTION mark_defect_document();

CREATE FUNCTION mark_document_of_linked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tickets_defectdocument SET is_stale = TRUE
  WHERE defect_id = CASE TG_OP WHEN 'DELETE' THEN OLD.defect_id ELSE NEW.defect_id END
    AND NOT is_stale;
  RETURN NULL;
END $$;
CREATE TRIGGER defect_document_linked AFTER INSERT OR DELETE ON tickets_defectlink
  FOR EACH ROW EXECUTE FUNCTION mark_document_of_linked();
CREATE FUNCTION mark_documents_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE tickets_defectdocument SET is_stale = TRUE
  WHERE defect_id IN (SELECT defect_id FROM tickets_defectlink WHERE ticket_id = NEW.id)
    AND NOT is_stale;
  RETURN NULL;
END $$;
CREATE TRIGGER defect_document_of_ticket AFTER UPDATE OF subject, department_id ON tickets_ticket
  FOR EACH ROW WHEN (NEW.has_defects AND (OLD.subject, OLD.department_id)
    IS DISTINCT FROM (NEW.subject, NEW.department_id))
  EXECUTE FUNCTION mark_documents_of_ticket();
"""
NO_TRIGGERS = """
DROP TRIGGER defect_document_of_ticket ON tickets_ticket;
DROP FUNCTION mark_documents_of_ticket();
DROP TRIGGER defect_document_linked ON tickets_defectlink;
DROP FUNCTION mark_document_of_linked();
DROP TRIGGER defect_document_added ON tickets_defect;
DROP TRIGGER defect_document_changed ON tickets_defect;
DROP FUNCTION mark_defect_document();
"""

# `@@` is not leakproof, so under a row-level security policy it loses its index. These functions
# run as the system role, take the desk, and answer only for the desk that the caller has entered.
SEARCH = """
CREATE FUNCTION search_defects(in_desk bigint, in_words tsquery, most integer)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT d.id FROM tickets_defectdocument w JOIN tickets_defect d ON d.id = w.defect_id
    WHERE w.document @@ in_words AND w.desk_id = in_desk
    ORDER BY d.stage NOT IN ('reported', 'confirmed', 'planned', 'in_progress', 'tested'),
      d.rank DESC, d.id
    LIMIT most;
END $$;
REVOKE ALL ON FUNCTION search_defects(bigint, tsquery, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_defects(bigint, tsquery, integer)
  TO plumbline_app, plumbline_system;
"""
# A word counts ln((n + 1) / f): n defects in these stages, of which f have it. in_forms: each word
# as documents have it, once for each namespace; in_words: the word that each is a form of.
SUGGEST = """
CREATE FUNCTION suggest_defects(
  in_desk bigint, in_words text[], in_forms text[], in_stages text[], min_shared integer,
  most integer
) RETURNS TABLE (defect_id bigint, shared text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
  IF in_desk IS DISTINCT FROM NULLIF(current_setting('helpdesk.desk', true), '')::bigint THEN
    RETURN;
  END IF;
  RETURN QUERY
    WITH hits AS (
      SELECT DISTINCT term.word, w.defect_id FROM unnest(in_words, in_forms) term (word, form)
      JOIN tickets_defectdocument w
        ON w.document @@ quote_literal(term.form)::tsquery AND w.desk_id = in_desk
      JOIN tickets_defect d ON d.id = w.defect_id AND d.stage = ANY (in_stages)
    ), amount AS (
      SELECT count(*) AS n FROM tickets_defect WHERE desk_id = in_desk AND stage = ANY (in_stages)
    ), weights AS (
      SELECT word, ln((n + 1.0) / count(*)) AS weight FROM hits, amount GROUP BY word, n
    )
    SELECT h.defect_id, array_agg(h.word ORDER BY w.weight DESC, h.word)
    FROM hits h JOIN weights w ON w.word = h.word
    GROUP BY h.defect_id HAVING count(*) >= min_shared
    ORDER BY sum(w.weight) DESC, h.defect_id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION suggest_defects(bigint, text[], text[], text[], integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION suggest_defects(bigint, text[], text[], text[], integer, integer)
  TO plumbline_app, plumbline_system;
"""
NO_FUNCTIONS = """
SET ROLE plumbline_system;
DROP FUNCTION search_defects(bigint, tsquery, integer);
DROP FUNCTION suggest_defects(bigint, text[], text[], text[], integer, integer);
SET ROLE none;
"""
# The owner of the tables sees no rows under row-level security; the system role sees all.
MARK_ALL = """
SET ROLE plumbline_system;
INSERT INTO tickets_defectdocument (defect_id, desk_id, version, document, is_stale)
SELECT id, desk_id, 0, '', TRUE FROM tickets_defect;
SET ROLE none;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0040_stage_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="defectevent",
            name="kind",
            field=models.CharField(choices=[("created", "Created"), ("changed", "Changed"), ("stage", "Stage"), ("linked", "Ticket linked"), ("unlinked", "Ticket unlinked"), ("released", "Release"), ("merged", "Merged"), ("note", "Note"), ("published", "Known issue"), ("major", "Significant impact"), ("followed", "Follower")], max_length=12, verbose_name="kind"),
        ),
        migrations.CreateModel(
            name="DefectDocument",
            fields=[
                ("defect", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="document", serialize=False, to="tickets.defect")),
                ("version", models.PositiveSmallIntegerField(default=0, help_text="Version of the code that split the text into words.")),
                ("document", django.contrib.postgres.search.SearchVectorField()),
                ("is_stale", models.BooleanField(default=True)),
                ("desk", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.desk", verbose_name="desk")),
            ],
            options={
                "verbose_name": "search document of a defect",
                "verbose_name_plural": "search documents of defects",
            },
        ),
        migrations.AddIndex(
            model_name="defectdocument",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["document"], name="defect_document_words"),
        ),
        migrations.AddIndex(
            model_name="defectdocument",
            index=models.Index(condition=models.Q(("is_stale", True)), fields=["desk", "defect"], name="defect_document_stale"),
        ),
        WallOff("tickets_defectdocument"),
        KeysWithinDesk("DefectDocument"),
        migrations.RunSQL(MARK_ALL + TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(
            "GRANT CREATE ON SCHEMA public TO plumbline_system; SET ROLE plumbline_system;"
            + SEARCH
            + SUGGEST
            + "SET ROLE none; REVOKE CREATE ON SCHEMA public FROM plumbline_system;",
            NO_FUNCTIONS,
        ),
    ]
