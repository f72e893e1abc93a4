"""The preview of a run: counts, the source's own words to be mapped, and the first tickets."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from accounts.database.rows import fetch_rows
from tickets.models import ImportProblem, ImportRecord, ImportRun

MAX_WORDS = 200  # of a kind, the most frequent first
MAX_AGENTS = 1_000
FIRST = 20  # tickets
WORDS = """
SELECT data ->> %(name)s AS word, count(*) AS amount FROM tickets_importrecord
WHERE run_id = %(run)s AND kind = 'ticket' AND coalesce(data ->> %(name)s, '') <> ''
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""
FIELDS = """
SELECT f.key AS word, count(*) AS amount
FROM tickets_importrecord r CROSS JOIN LATERAL jsonb_each_text(
  CASE jsonb_typeof(r.data -> 'fields') WHEN 'object' THEN r.data -> 'fields' ELSE '{}' END) f
WHERE r.run_id = %(run)s AND r.kind = 'ticket'
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s
"""


def build_preview(run: ImportRun) -> dict[str, Any]:
    """Return what the records of a run hold, as JSON.

    counts: by kind. problems: found while reading, by code. states, priorities, departments,
    channels, fields: the source's words, as lists [word, number of tickets]. agents: lists
    [ID, name, email]. tickets: the first records as they were read.
    """
    records = ImportRecord.objects.filter(run=run).order_by()
    counted = records.exclude(kind="link").values_list("kind").annotate(amount=Count("pk"))
    problems = ImportProblem.objects.filter(run=run).order_by().values_list("code")
    agents = records.filter(kind="agent").order_by("pk")[:MAX_AGENTS]
    first = records.filter(kind="ticket").order_by("phase", "key", "pk")[:FIRST]
    return {
        "counts": dict(counted),
        "problems": dict(problems.annotate(amount=Count("pk"))),
        "states": _list_words(run, "state"),
        "priorities": _list_words(run, "priority"),
        "departments": _list_words(run, "department"),
        "channels": _list_words(run, "channel"),
        "fields": _list(FIELDS, {"run": run.pk}),
        "agents": [_describe_agent(each) for each in agents],
        "tickets": [{"id": each.source_id, **each.data} for each in first],
        "duplicates": records.filter(~Q(kind="link")).values("kind", "source_id")
        .annotate(amount=Count("pk")).filter(amount__gt=1).count(),
    }  # fmt: skip


def _describe_agent(record: ImportRecord) -> list[str]:
    return [record.source_id, *(str(record.data.get(name) or "") for name in ("name", "email"))]


def _list_words(run: ImportRun, name: str) -> list[list[Any]]:
    return _list(WORDS, {"run": run.pk, "name": name})


def _list(sql: str, given: dict[str, Any]) -> list[list[Any]]:
    rows = fetch_rows(sql, given | {"most": MAX_WORDS})
    return [[row["word"][:200], row["amount"]] for row in rows]
