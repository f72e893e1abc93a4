"""Clocks that started several times before runs were counted, or were met after they stopped."""

from django.db import migrations

from accounts.tenancy import SYSTEM_ROLE

# Entries have named their run ever since; clocks that have started again since then are right.
COUNT_RUNS = """
UPDATE sla_clock c SET run = old.starts FROM (
  SELECT clock_id, count(*) AS starts FROM sla_clockentry WHERE kind = 'started'
  GROUP BY clock_id HAVING count(*) > 1 AND NOT bool_or(data ? 'run')
) old WHERE c.id = old.clock_id
"""
# The first reply to a closed ticket meets the clock that its closing had stopped.
END_ONCE = """
UPDATE sla_clock SET stopped_at = NULL WHERE met_at IS NOT NULL AND stopped_at IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ("sla", "0015_plainer_words"),
    ]

    operations = [
        migrations.RunSQL(
            [f"SET ROLE {SYSTEM_ROLE}", COUNT_RUNS, END_ONCE, "SET ROLE NONE"],
            migrations.RunSQL.noop,
        ),
    ]
