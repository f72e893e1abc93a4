"""SQL that the models use on pages that bench/ measures."""

from __future__ import annotations

from accounts.models.choices import Visibility

# Every page of an agent reads this; compiling it from the ORM took ten times as long.
CLOSED_DEPARTMENTS = f"""
ARRAY(
  SELECT department.id FROM accounts_department department
  WHERE department.desk_id = accounts_agent.desk_id
    AND department.visibility = '{Visibility.MEMBERS}'
    AND NOT EXISTS (
      SELECT FROM accounts_agentdepartment membership
      WHERE membership.department_id = department.id
        AND membership.agent_id = accounts_agent.id
    )
)
"""  # noqa: S608 (only an enum value is inserted)
