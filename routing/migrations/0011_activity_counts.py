"""Existing desks give new tickets only to agents who are active, if activity is known of them.

Until now the default was 0, "nobody counts as away". A desk none of whose agents has ever been
active keeps it: there, nobody would get a ticket.
"""

from django.db import migrations

from accounts.tenancy import SYSTEM_ROLE

TURN_ON = """
UPDATE accounts_desk d SET idle_minutes = 30
WHERE d.idle_minutes = 0 AND EXISTS (
  SELECT FROM routing_presence p WHERE p.desk_id = d.id AND p.last_active_at IS NOT NULL)
"""
# The owner of the tables sees no rows under row-level security; the system role sees all.
STATEMENTS = [f"SET ROLE {SYSTEM_ROLE}", TURN_ON, "SET ROLE none"]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_minutes_without_activity"),
        ("routing", "0010_plainer_words"),
    ]

    operations = [
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
