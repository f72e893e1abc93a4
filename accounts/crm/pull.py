"""Pull a CRM page by page, so that a killed pull resumes where it stopped (M38, M39).

Each page is fetched outside of a transaction. Its rows, the counts, the step and the next page
token are committed together, and only if no other worker has advanced the pull meanwhile. The
steps are, for accounts and then for contacts: what changed since the last pull, then single
records by ID: those that the CRM reported (marks), and skipped ones whose reason may have gone
away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from accounts.crm.accounts import apply_accounts
from accounts.crm.contacts import apply_contacts
from accounts.crm.mapping import (
    ACCOUNTS,
    CONTACTS,
    CrmAccount,
    CrmContact,
    UnreadableRecordError,
    describe,
    fields_to_ask,
    read_account,
    read_contact,
)
from accounts.crm.outcomes import Outcome, skip_record
from accounts.crm.reasons import CrmReason, nest_problem
from accounts.crm.report import record_outcomes
from accounts.crm.source import CrmBusyError, CrmRefusedError, Page, PageLostError, Source
from accounts.crm.zoho import IDS_AT_ONCE, ZohoSource
from accounts.models import (
    ConnectionState,
    CrmConnection,
    CrmLink,
    CrmMark,
    CrmPull,
    CrmSetAside,
    PullState,
)
from accounts.sentences import Problem

STEPS = [(ACCOUNTS, False), (ACCOUNTS, True), (CONTACTS, False), (CONTACTS, True)]  # module, by id
OVERLAP = timedelta(minutes=5)  # read again, in case the clocks differ
MAX_WAIT = timedelta(hours=1)
SOURCES: dict[str, Callable[[CrmConnection, datetime], ZohoSource]] = {"zoho": ZohoSource}


T = TypeVar("T", CrmAccount, CrmContact)


class OvertakenError(Exception):
    """Another worker has committed this page."""


def pull(*, connection: CrmConnection, at: datetime, seconds: float = 60) -> CrmPull:
    """Start a pull of the desk's CRM, or continue the running one, for a number of seconds.

    Runs inside the desk, outside of a transaction. Return the pull: done, failed (the connection is
    then refused until it is reset) or still running. Then call it again, but not before the
    connection's `next_try_at`.
    """
    run = _open_run(connection, at)
    until = time.monotonic() + seconds
    with SOURCES[connection.provider](connection, at) as source:
        try:
            while run.state == PullState.RUNNING and time.monotonic() < until:
                _run_step(run, connection, source, at)
        except CrmBusyError as busy:
            _postpone(run, connection, busy, at)
        except CrmRefusedError as refused:
            _fail(run, connection, refused.problem, at)
        except OvertakenError:
            run.refresh_from_db()
    return run


def reset_connection(connection: CrmConnection, at: datetime) -> None:
    """Activate a connection and read everything again, after its settings were changed."""
    with transaction.atomic():
        running = connection.pulls.filter(state=PullState.RUNNING)
        running.update(
            state=PullState.FAILED,
            finished_at=at,
            error=CrmReason.CONNECTION_CHANGED,
            error_data={},
        )
        connection.state = ConnectionState.ACTIVE
        connection.set_error(None)
        connection.since = connection.next_try_at = None
        connection.save(update_fields=["state", "error", "error_data", "since", "next_try_at"])


def mark_records(
    *, connection: CrmConnection, module: str, ids: Sequence[str], at: datetime
) -> int:
    """Mark records as changed, for the next pull. Return how many were marked."""
    if module not in {ACCOUNTS, CONTACTS}:
        return 0
    marks = [
        CrmMark(
            desk_id=connection.desk_id,
            connection=connection,
            module=module,
            record_id=record_id,
            marked_at=at,
        )
        for record_id in dict.fromkeys(ids)
    ]
    CrmMark.objects.bulk_create(
        marks,
        update_conflicts=True,
        unique_fields=["connection", "module", "record_id"],
        update_fields=["marked_at"],
    )
    return len(marks)


def _open_run(connection: CrmConnection, at: datetime) -> CrmPull:
    run, _created = CrmPull.objects.get_or_create(
        connection=connection,
        state=PullState.RUNNING,
        defaults={"desk_id": connection.desk_id, "started_at": at, "since": connection.since},
    )
    return run


def _run_step(run: CrmPull, connection: CrmConnection, source: Source, at: datetime) -> None:
    module, is_by_id = STEPS[run.step]
    fields = fields_to_ask(connection.mapping, module)
    if is_by_id:
        ids = _list_next_ids(connection, module, run.page_token)
        page = source.fetch_records(module, fields, ids) if ids else Page(())
        more = ids[-1] if len(ids) == IDS_AT_ONCE else ""
        _commit(run, connection, module, page, more, at, asked=ids)
        return
    try:
        page = source.fetch_page(module, fields, run.since, run.page_token)
    except PageLostError as lost:
        # Read the module from its start later: what is imported already counts as unchanged.
        _move(run, step=run.step, token="")
        said = nest_problem(lost.problem)
        raise CrmBusyError(CrmReason.PAGE_LOST, {"error": said}) from lost
    _commit(run, connection, module, page, page.next_token, at)


def _list_next_ids(connection: CrmConnection, module: str, after: str) -> list[str]:
    of_module = {"connection": connection, "module": module, "record_id__gt": after}
    marked = CrmMark.objects.filter(**of_module).values_list("record_id", flat=True)
    healing = CrmSetAside.objects.filter(**of_module, may_heal=True).values_list(
        "record_id", flat=True
    )
    return list(marked.union(healing).order_by("record_id")[:IDS_AT_ONCE])


def _commit(
    run: CrmPull,
    connection: CrmConnection,
    module: str,
    page: Page,
    next_token: str,
    at: datetime,
    *,
    asked: Sequence[str] = (),
) -> None:
    """Write a page and advance, in one transaction. Raises OvertakenError with nothing written."""
    with transaction.atomic():
        _move(run, step=run.step if next_token else run.step + 1, token=next_token)
        outcomes = _apply(connection, module, page.records, at) + _list_missing(
            connection, module, page, asked
        )
        record_outcomes(run, connection, module, outcomes, at)
        CrmMark.objects.filter(
            connection=connection, module=module, record_id__in=asked, marked_at__lte=at
        ).delete()
        if run.step == len(STEPS):
            _finish(run, connection, at)
        run.save()


def _move(run: CrmPull, *, step: int, token: str) -> None:
    """Advance the pull if no other worker has done so; the update locks its row."""
    seen = {
        "pk": run.pk,
        "state": PullState.RUNNING,
        "step": run.step,
        "page_token": run.page_token,
    }
    if not CrmPull.objects.filter(**seen, pages=run.pages).update(
        step=step, page_token=token, pages=F("pages") + 1, tries=0
    ):
        raise OvertakenError
    run.step, run.page_token, run.pages, run.tries = step, token, run.pages + 1, 0
    run.set_error(None)


def _apply(
    connection: CrmConnection, module: str, records: Sequence[Mapping[str, Any]], at: datetime
) -> list[Outcome]:
    if module == ACCOUNTS:
        accounts, unread = _read(read_account, connection, module, records)
        return unread + apply_accounts(connection, accounts)
    contacts, unread = _read(read_contact, connection, module, records)
    return unread + apply_contacts(connection, contacts, at)


def _read(
    reader: Callable[[Mapping[str, Any], Mapping[str, Any]], T],
    connection: CrmConnection,
    module: str,
    records: Sequence[Mapping[str, Any]],
) -> tuple[list[T], list[Outcome]]:
    read, unread = [], []
    for record in records:
        try:
            read.append(reader(record, connection.mapping))
        except UnreadableRecordError as why:
            name = describe(record, connection.mapping, module)
            record_id = str(record.get("id") or "")
            unread.append(skip_record(record_id[:40], name[:254], why.problem))
    return read, unread


def _list_missing(
    connection: CrmConnection, module: str, page: Page, asked: Sequence[str]
) -> list[Outcome]:
    """Return outcomes for requested records that no longer exist and are linked here.

    The linked account or contact stays and is listed as skipped. Others are dropped.
    """
    gone = set(asked) - {str(record.get("id")) for record in page.records}
    of_module = {"connection": connection, "module": module, "record_id__in": gone}
    CrmSetAside.objects.filter(**of_module).delete()
    linked = CrmLink.objects.filter(**of_module).select_related("account", "contact")
    why = Problem(CrmReason.GONE, {})
    return [
        skip_record(link.record_id, str(link.account or link.contact), why)
        for link in linked.order_by("record_id")
    ]


def _finish(run: CrmPull, connection: CrmConnection, at: datetime) -> None:
    run.state, run.finished_at = PullState.DONE, at
    connection.since, connection.next_try_at = run.started_at - OVERLAP, None
    connection.set_error(None)
    connection.save(update_fields=["since", "next_try_at", "error", "error_data"])


def _postpone(run: CrmPull, connection: CrmConnection, busy: CrmBusyError, at: datetime) -> None:
    """Wait as long as the CRM asks, doubled with each consecutive failure up to an hour."""
    code, data = busy.problem
    CrmPull.objects.filter(pk=run.pk).update(tries=F("tries") + 1, error=code, error_data=data)
    run.refresh_from_db()
    doubled = timedelta(seconds=60) * 2 ** min(run.tries - 1, 6)
    requested = timedelta(seconds=busy.seconds)
    connection.next_try_at = at + max(
        requested, min(doubled, MAX_WAIT) if run.tries > 1 else requested
    )
    connection.set_error(busy.problem)
    connection.save(update_fields=["next_try_at", "error", "error_data"])


def _fail(run: CrmPull, connection: CrmConnection, why: Problem, at: datetime) -> None:
    with transaction.atomic():
        run.state, run.finished_at = PullState.FAILED, at
        run.set_error(why)
        run.save(update_fields=["state", "finished_at", "error", "error_data"])
        connection.state = ConnectionState.REFUSED
        connection.set_error(why)
        connection.save(update_fields=["state", "error", "error_data"])
