"""The audit log's filters use an index under row-level security, however long the log is (P12)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditAction, AuditEntry
from accounts.tenancy import APP_ROLE
from tests.cast import Cast

ENTRIES, ACTORS = 3000, 60


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"actor": "person7@rocket.example"}, "audit_by_actor"),
        ({"about_model": "sla.calendar", "about_pk": "7"}, "audit_by_row"),
    ],
    ids=["actor", "row"],
)
def test_a_filter_of_the_log_reads_its_entries_only(
    in_rocket: Cast, wanted: dict[str, Any], index: str
) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            desk=in_rocket.desk,
            actor=f"person{at % ACTORS}@rocket.example",
            action=AuditAction.CHANGED,
            target="Calendar",
            detail={
                "model": "sla.calendar",
                "pk": str(at % ACTORS),
                "changes": {"name": ["a", "b"]},
            },
        )
        for at in range(ENTRIES)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute("ANALYZE accounts_auditentry")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    found = AuditEntry.objects.filter(desk=in_rocket.desk, **wanted)
    assert found.count() == ENTRIES // ACTORS
    plan = found.order_by("-id")[:51].explain()
    assert index in plan, plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert all(column in condition for column in wanted), plan
