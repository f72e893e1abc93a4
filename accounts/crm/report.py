"""What a pull leaves behind: counts, the list of changes, what was set aside, and the audit of new terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.audit import record_audits
from accounts.crm.accounts import Outcome
from accounts.crm.mapping import ACCOUNTS
from accounts.followers import notify_terms_changed
from accounts.models import Account, AuditAction, CrmConnection, CrmPull, CrmSetAside

REPORT_LINES = 500


def record_outcomes(
    run: CrmPull, connection: CrmConnection, module: str, outcomes: Sequence[Outcome], at: datetime
) -> None:
    """Add a page's outcomes to the pull (the caller saves it), in the transaction that wrote the page."""
    counts = Counter(outcome.what for outcome in outcomes)
    run.created += counts["created"]
    run.changed += counts["changed"]
    run.unchanged += counts["unchanged"]
    lines = [
        _line(module, outcome) for outcome in outcomes if outcome.what in {"created", "changed"}
    ]
    run.report = [*run.report, *lines[: REPORT_LINES - len(run.report)]]
    _list_set_aside(run, connection, module, outcomes, at)
    run.set_aside = CrmSetAside.objects.filter(
        pull=run
    ).count()  # one that was tried twice counts once
    if module == ACCOUNTS:
        _notify_terms_changed(connection, outcomes, at)


def _line(module: str, outcome: Outcome) -> dict[str, str]:
    return {
        "module": module,
        "record": outcome.record_id,
        "name": outcome.name,
        "what": outcome.what,
        "fields": outcome.detail,
    }


def _list_set_aside(
    run: CrmPull, connection: CrmConnection, module: str, outcomes: Sequence[Outcome], at: datetime
) -> None:
    """List what was set aside, once for each record, and take from the list what has been taken now."""
    taken = [outcome.record_id for outcome in outcomes if outcome.what != "set aside"]
    mine = {"desk_id": connection.desk_id, "connection": connection, "module": module}
    CrmSetAside.objects.filter(**mine, record_id__in=taken).delete()
    rows = {
        outcome.record_id: CrmSetAside(
            **mine,
            pull=run,
            record_id=outcome.record_id,
            name=outcome.name,
            reason=outcome.detail,
            may_heal=outcome.may_heal,
            first_at=at,
        )
        for outcome in outcomes
        if outcome.what == "set aside"
    }
    _upsert(rows.values())


def _upsert(rows: Iterable[CrmSetAside]) -> None:
    CrmSetAside.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["connection", "module", "record_id"],
        update_fields=["pull", "name", "reason", "may_heal"],
    )


def _notify_terms_changed(
    connection: CrmConnection, outcomes: Sequence[Outcome], at: datetime
) -> None:
    moved = [outcome for outcome in outcomes if outcome.new_terms and outcome.account_id]
    record_audits(
        desk=connection.desk_id,
        by=connection.get_provider_display(),
        action=AuditAction.TERMS_CHANGED,
        about=[
            (Account(pk=outcome.account_id), outcome.name, {"fields": outcome.detail})
            for outcome in moved
        ],
    )
    notify_terms_changed(
        connection.desk_id, [outcome.account_id for outcome in moved if outcome.account_id], at
    )
