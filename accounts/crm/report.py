"""The report of a pull: counts, changes, skipped records, and audit entries of new terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.audit import record_audits
from accounts.crm.mapping import ACCOUNTS
from accounts.crm.outcomes import Outcome
from accounts.followers import notify_terms_changed
from accounts.models import Account, AuditAction, CrmConnection, CrmPull, CrmSetAside

MAX_REPORT_ROWS = 500


def record_outcomes(
    run: CrmPull, connection: CrmConnection, module: str, outcomes: Sequence[Outcome], at: datetime
) -> None:
    """Add a page's outcomes to the pull, in the page's transaction. The caller saves the pull."""
    counts = Counter(outcome.what for outcome in outcomes)
    run.created += counts["created"]
    run.changed += counts["changed"]
    run.unchanged += counts["unchanged"]
    changes = [
        _describe_change(module, outcome)
        for outcome in outcomes
        if outcome.what in {"created", "changed"}
    ]
    run.report = [*run.report, *changes[: MAX_REPORT_ROWS - len(run.report)]]
    _list_skipped(run, connection, module, outcomes, at)
    # Counted from the rows, so that a record that was tried twice counts once.
    run.set_aside = CrmSetAside.objects.filter(pull=run).count()
    if module == ACCOUNTS:
        _notify_terms_changed(connection, outcomes, at)


def _describe_change(module: str, outcome: Outcome) -> dict[str, str]:
    return {
        "module": module,
        "record": outcome.record_id,
        "name": outcome.name,
        "what": outcome.what,
        "fields": outcome.detail,
    }


def _list_skipped(
    run: CrmPull, connection: CrmConnection, module: str, outcomes: Sequence[Outcome], at: datetime
) -> None:
    """List the skipped records, each once, and delete from the list what is imported now."""
    imported = [outcome.record_id for outcome in outcomes if outcome.what != "skipped"]
    mine = {"desk_id": connection.desk_id, "connection": connection, "module": module}
    CrmSetAside.objects.filter(**mine, record_id__in=imported).delete()
    rows = {
        outcome.record_id: CrmSetAside(
            **mine,
            pull=run,
            record_id=outcome.record_id,
            name=outcome.name,
            reason=outcome.reason.code,
            reason_data=outcome.reason.data,
            may_heal=outcome.may_heal,
            first_at=at,
        )
        for outcome in outcomes
        if outcome.reason is not None
    }
    _upsert(rows.values())


def _upsert(rows: Iterable[CrmSetAside]) -> None:
    CrmSetAside.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["connection", "module", "record_id"],
        update_fields=["pull", "name", "reason", "reason_data", "may_heal"],
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
