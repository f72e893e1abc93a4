"""Clocks that started several times before runs were counted."""

from django.db import migrations

from accounts.tenancy import SYSTEM_ROLE

# Entries have named their run ever since; clocks that have started again since then are right.
COUNT = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE sla_clock c SET run = old.starts FROM (
  SELECT clock_id, count(*) AS starts FROM sla_clockentry WHERE kind = 'started'
  GROUP BY clock_id HAVING count(*) > 1 AND NOT bool_or(data ? 'run')
) old WHERE c.id = old.clock_id;
SET ROLE NONE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("sla", "0015_plainer_words"),
    ]

    operations = [
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
