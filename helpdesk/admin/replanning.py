"""Changes of SLA settings: before they are saved, ask whether open tickets follow.

Settings are targets, internal targets, policies and calendars, and the plan and status of an
account. What the CRM, an import or a customer changes of an account applies to open tickets at
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.contrib.messages.storage.base import Message
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest
from accounts.admin.registry import Respond, register_save_guard
from accounts.models import Account, Plan
from helpdesk.admin.rendering import render_page
from sla.models import Calendar, LevelTarget, Policy, ReplanCause, ReplanScope
from sla.previews import Preview, Touched
from sla.replanning import (
    find_touched,
    preview_new_terms,
    preview_touched,
    read_terms,
    request_replan,
)
from tickets.models import NewTerms, Tag
from tickets.services.terms import keep_open_tickets

SCOPE = "replan_scope"  # the field of the page that asks
SAVED = 302


def ask_before_saving(
    request: AdminRequest, save: Respond, *, cause: ReplanCause, subject: str = ""
) -> HttpResponse:
    """Save changed SLA settings, or show what they do to open tickets and ask which follow.

    save: saves in a transaction and redirects, or returns a page with errors. It is undone if the
    page asks; that page posts the same fields again with the choice.
    """
    scope, at = _read_scope(request), timezone.now()
    before = read_terms(request.desk.pk)
    with _saving(request) as kept:
        response: HttpResponse = save()
        preview, touched = None, Touched()
        if response.status_code == SAVED:
            touched = find_touched(before, read_terms(request.desk.pk))
        if touched and scope is None:
            preview = preview_touched(desk_id=request.desk.pk, touched=touched, at=at)
        if preview and preview.needs_choice:
            transaction.set_rollback(True)
        elif scope or (preview and preview.has_late):
            # Without a choice no deadline would have moved, but breached clocks may be left over.
            _record(request, cause, scope or ReplanScope.NEW, touched, subject)
    if preview and preview.needs_choice:
        return _ask(request, preview)
    _show_messages(request, kept)
    return response


def ask_before_saving_account(request: AdminRequest, save: Respond) -> HttpResponse:
    """Save an account, or ask first whether its open tickets follow another plan or status."""
    account_id = _read_object_id(request)
    if request.desk is None or account_id is None:
        return save()
    scope, at = _read_scope(request), timezone.now()
    marks = NewTerms.objects.filter(desk=request.desk, account_id=account_id)
    is_followed = marks.exists()  # an earlier change, which all open tickets were to follow
    with _saving(request) as kept:
        response: HttpResponse = save()
        preview = None
        if response.status_code == SAVED and marks.filter(at__gte=at).exists():
            if scope is None:
                preview = preview_new_terms(desk_id=request.desk.pk, account_id=account_id, at=at)
            if preview and preview.checked:
                transaction.set_rollback(True)
            elif scope == ReplanScope.NEW and not is_followed:
                _keep_account(request, account_id, at)
    if preview and preview.checked:
        return _ask(request, preview, is_account=True)
    _show_messages(request, kept)
    return response


def _read_object_id(request: AdminRequest) -> int | None:
    """Return the ID of the row that the page is about, or None for the list and for a new row."""
    match = request.resolver_match
    written = str(match.kwargs.get("object_id", "")) if match else ""
    return int(written) if written.isdecimal() and len(written) < 19 else None


def _keep_account(request: AdminRequest, account_id: int, at: datetime) -> None:
    """Let the account's open tickets keep their deadlines, and record that choice."""
    keep_open_tickets(account_id=account_id)
    request_replan(
        desk_id=request.desk.pk,
        by=request.user.email,
        cause=ReplanCause.ACCOUNT,
        scope=ReplanScope.NEW,
        touched=Touched(),
        at=at,
        subject=request.POST.get("name", "")[:250],
    )


def _read_scope(request: AdminRequest) -> ReplanScope | None:
    """Return the choice of the page that asks, or None if it wasn't asked yet."""
    asked = request.POST.get(SCOPE, "")
    return ReplanScope(asked) if asked in ReplanScope.values else None


@contextmanager
def _saving(request: AdminRequest) -> Iterator[list[Message]]:
    """Save in a transaction. Yields a list that has the messages of the page afterwards.

    They aren't shown if the transaction is rolled back.
    """
    kept: list[Message] = []
    shown = request._messages  # type: ignore[attr-defined]  # by the messages middleware
    request._messages = storage = default_storage(request)  # type: ignore[attr-defined]  # as above
    try:
        with transaction.atomic():
            yield kept
    finally:
        request._messages = shown  # type: ignore[attr-defined]  # as above
    kept.extend(storage)


def _show_messages(request: AdminRequest, kept: list[Message]) -> None:
    for message in kept:
        messages.add_message(request, message.level, message.message, message.extra_tags)


def _record(
    request: AdminRequest, cause: ReplanCause, scope: ReplanScope, touched: Touched, subject: str
) -> None:
    if not touched:
        return
    request_replan(
        desk_id=request.desk.pk,
        by=request.user.email,
        cause=cause,
        scope=scope,
        touched=touched,
        at=timezone.now(),
        subject=subject[:250],
    )
    if scope == ReplanScope.OPEN:
        messages.info(request, _("Open tickets are getting their new deadlines now."))


def _ask(request: AdminRequest, preview: Preview, *, is_account: bool = False) -> HttpResponse:
    """Show what a change does to open tickets, with the posted fields to post again."""
    left_out = {"csrfmiddlewaretoken", SCOPE}
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out
        for value in values
    ]
    return render_page(
        request,
        "admin/replan.html",
        title=_("Apply this change to open tickets?"),
        preview=preview,
        is_account=is_account,
        fields=fields,
        scope_field=SCOPE,
        scopes=ReplanScope,
    )


def _read_name(request: AdminRequest) -> str:
    return request.POST.get("name", "")


def _name_level_target(request: AdminRequest) -> str:
    """Return the internal target of the page as it was before the change; "" for a new one."""
    found = LevelTarget.objects.filter(desk=request.desk, pk=_read_object_id(request) or 0)
    return ", ".join(map(str, found))


def guard_settings(
    cause: ReplanCause, *, name: Callable[[AdminRequest], str] = _read_name
) -> Callable[[AdminRequest, Respond], HttpResponse]:
    """Return the guard of pages whose rows are settings of this kind. name: what it is called."""

    def guard(request: AdminRequest, save: Respond) -> HttpResponse:
        if request.desk is None:
            return save()
        return ask_before_saving(request, save, cause=cause, subject=name(request))

    return guard


register_save_guard(Account, ask_before_saving_account)
register_save_guard(Plan, guard_settings(ReplanCause.TARGETS))
register_save_guard(LevelTarget, guard_settings(ReplanCause.TARGETS, name=_name_level_target))
register_save_guard(Calendar, guard_settings(ReplanCause.CALENDAR))
register_save_guard(Policy, guard_settings(ReplanCause.POLICY))
register_save_guard(Tag, guard_settings(ReplanCause.POLICY))  # policies follow a merge
