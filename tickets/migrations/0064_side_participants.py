"""Side conversations: people who left, merged tickets, unanswered ones, and search."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE
from accounts.wall import KeysWithinDesk

# As in 0008_search; a file may be one of a side message.
FILE = """
CREATE OR REPLACE FUNCTION mark_search_of_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT m.desk_id, m.ticket_id FROM tickets_message m WHERE m.id = NEW.message_id
  UNION ALL
  SELECT n.desk_id, n.ticket_id FROM tickets_note n WHERE n.id = NEW.note_id{more};
  RETURN NULL;
END $$;
"""
OF_SIDE_MESSAGE = """
  UNION ALL
  SELECT s.desk_id, s.ticket_id FROM tickets_sidemessage m
  JOIN tickets_sideconversation s ON s.id = m.side_id WHERE m.id = NEW.side_message_id"""
# Each statement locks one table only: with two, it and a message that is sent could wait for each
# other.
TRIGGERS = [
    FILE.format(more=OF_SIDE_MESSAGE),
    """
CREATE FUNCTION mark_search_of_side() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT DISTINCT NEW.desk_id, moved.id FROM unnest(ARRAY[OLD.ticket_id, NEW.ticket_id]) moved(id);
  RETURN NULL;
END $$
""",
    """
CREATE FUNCTION mark_search_of_side_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets_searchrefresh (desk_id, ticket_id)
  SELECT s.desk_id, s.ticket_id FROM tickets_sideconversation s WHERE s.id = NEW.side_id;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER side_search AFTER UPDATE OF subject, ticket_id ON tickets_sideconversation
  FOR EACH ROW
  WHEN ((OLD.subject, OLD.ticket_id) IS DISTINCT FROM (NEW.subject, NEW.ticket_id))
  EXECUTE FUNCTION mark_search_of_side()
""",
    """
CREATE TRIGGER side_message_search AFTER UPDATE OF body_text, sender, sender_name
  ON tickets_sidemessage FOR EACH ROW
  WHEN ((OLD.body_text, OLD.sender, OLD.sender_name)
        IS DISTINCT FROM (NEW.body_text, NEW.sender, NEW.sender_name))
  EXECUTE FUNCTION mark_search_of_side_text()
""",
    """
CREATE TRIGGER side_participant_search AFTER UPDATE OF email ON tickets_sideparticipant
  FOR EACH ROW WHEN (OLD.email IS DISTINCT FROM NEW.email)
  EXECUTE FUNCTION mark_search_of_side_text()
""",
]
NO_TRIGGERS = [
    "DROP TRIGGER side_search ON tickets_sideconversation",
    "DROP TRIGGER side_message_search ON tickets_sidemessage",
    "DROP TRIGGER side_participant_search ON tickets_sideparticipant",
    "DROP FUNCTION mark_search_of_side()",
    "DROP FUNCTION mark_search_of_side_text()",
    FILE.format(more=""),
]
# The owner of the tables sees no rows under row-level security; the system role sees all.
SEARCH_AGAIN = [
    f"SET ROLE {SYSTEM_ROLE}",
    "INSERT INTO tickets_searchrefresh (desk_id, ticket_id)"
    " SELECT DISTINCT desk_id, ticket_id FROM tickets_sideconversation",
    "SET ROLE none",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0063_queue")]

    operations = [
        migrations.AddField(
            "sideconversation",
            "merged_from",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.ticket",
                verbose_name="started on the merged ticket",
            ),
        ),
        migrations.AddField(
            "sideparticipant",
            "removed_at",
            models.DateTimeField(null=True, verbose_name="removed"),
        ),
        AddIndexConcurrently(
            "sideconversation",
            models.Index(
                condition=models.Q(("answered_at__isnull", False)),
                fields=["ticket"],
                name="side_answered",
            ),
        ),
        AddIndexConcurrently(
            "sideconversation",
            models.Index(
                condition=models.Q(("merged_from__isnull", False)),
                fields=["merged_from"],
                name="side_merged_from",
            ),
        ),
        KeysWithinDesk("SideConversation"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(SEARCH_AGAIN, migrations.RunSQL.noop),
    ]
