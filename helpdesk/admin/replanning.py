"""Changes of SLA settings: before they are saved, ask whether open tickets follow."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest
from accounts.admin.registry import Respond, register_save_guard
from accounts.models import Plan
from helpdesk.admin.rendering import render_page
from sla.models import Calendar, Policy, ReplanCause, ReplanScope
from sla.previews import Preview, Touched
from sla.replanning import (
    find_touched,
    preview_touched,
    read_terms,
    request_replan,
)

SCOPE = "replan_scope"  # the field of the page that asks
SAVED = 302


def ask_before_saving(
    request: AdminRequest, save: Respond, *, cause: ReplanCause, subject: str = ""
) -> HttpResponse:
    """Save changed SLA settings, or show what they do to open tickets and ask which follow.

    save: saves in a transaction and redirects, or returns a page with errors. It is undone if the
    page asks; that page posts the same fields again with the choice.
    """
    scope, at = request.POST.get(SCOPE, ""), timezone.now()
    before = read_terms(request.desk.pk)
    shown = request._messages  # type: ignore[attr-defined]  # by the messages middleware
    request._messages = kept = default_storage(request)  # type: ignore[attr-defined]  # as above
    try:
        with transaction.atomic():
            response: HttpResponse = save()
            preview, touched = None, Touched()
            if response.status_code == SAVED:
                touched = find_touched(before, read_terms(request.desk.pk))
            if touched and scope not in ReplanScope.values:
                preview = preview_touched(desk_id=request.desk.pk, touched=touched, at=at)
            if preview and preview.needs_choice:
                transaction.set_rollback(True)
            elif touched:
                _record(request, cause, scope, touched, subject)
    finally:
        request._messages = shown  # type: ignore[attr-defined]  # as above
    if preview and preview.needs_choice:
        return _ask(request, preview)
    for message in kept:
        messages.add_message(request, message.level, message.message, message.extra_tags)
    return response


def _record(
    request: AdminRequest, cause: ReplanCause, scope: str, touched: Touched, subject: str
) -> None:
    """Record the choice. Without one, no open ticket would have moved."""
    if scope not in ReplanScope.values:
        return
    request_replan(
        desk_id=request.desk.pk,
        by=request.user.email,
        cause=cause,
        scope=ReplanScope(scope),
        touched=touched,
        at=timezone.now(),
        subject=subject[:250],
    )
    if scope == ReplanScope.OPEN:
        messages.info(request, _("Open tickets are getting their new deadlines now."))


def _ask(request: AdminRequest, preview: Preview) -> HttpResponse:
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
        fields=fields,
        scope_field=SCOPE,
        scopes=ReplanScope,
    )


def guard_settings(cause: ReplanCause) -> Callable[[AdminRequest, Respond], HttpResponse]:
    """Return the guard of pages whose rows are settings of this kind."""

    def guard(request: AdminRequest, save: Respond) -> HttpResponse:
        if request.desk is None:
            return save()
        return ask_before_saving(request, save, cause=cause, subject=request.POST.get("name", ""))

    return guard


register_save_guard(Plan, guard_settings(ReplanCause.TARGETS))
register_save_guard(Calendar, guard_settings(ReplanCause.CALENDAR))
register_save_guard(Policy, guard_settings(ReplanCause.POLICY))
