"""Hand-written statements about defects."""

from __future__ import annotations

from tickets.models import NO_DEADLINE, OPEN_STATES

_OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)

# What each defect affects. Accounts and users also count when their ticket is closed by now: a fix
# that they still wait for is no less urgent. weight: of the accounts, by their plans.
HITS = f"""
SELECT d.id, count(t.id) FILTER (WHERE t.status IN ({_OPEN})) AS tickets,
  count(DISTINCT t.account_id) AS accounts, count(DISTINCT t.contact_id) AS users,
  coalesce((
    SELECT sum(coalesce(p.impact_weight, 1))
    FROM accounts_account a LEFT JOIN accounts_plan p ON p.id = a.plan_id
    WHERE a.id = ANY (array_agg(DISTINCT t.account_id))
  ), 0) AS weight,
  min(t.due_at) FILTER (
    WHERE t.status IN ({_OPEN}) AND t.due_at < '{NO_DEADLINE.isoformat()}'
  ) AS oldest_due_at
FROM tickets_defect d
LEFT JOIN tickets_defectlink l ON l.defect_id = d.id
LEFT JOIN tickets_ticket t ON t.id = l.ticket_id
WHERE d.id = ANY (%(defects)s)
GROUP BY d.id
"""  # noqa: S608 (states and a constant)
PLANS = """
SELECT l.defect_id, coalesce(p.name, '') AS plan, count(DISTINCT a.id) AS accounts
FROM tickets_defectlink l JOIN tickets_ticket t ON t.id = l.ticket_id
JOIN accounts_account a ON a.id = t.account_id LEFT JOIN accounts_plan p ON p.id = a.plan_id
WHERE l.defect_id = ANY (%(defects)s)
GROUP BY l.defect_id, p.id, p.name, p.position ORDER BY p.position NULLS LAST, p.name
"""
