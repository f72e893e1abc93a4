"""Shared steps of the views of defects: fetching one, its forms, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.agent.defects.forms import RevisionForm
from helpdesk.agent.defects.live import describe_live
from helpdesk.agent.permissions import AgentRequest
from helpdesk.agent.redirects import see_other
from helpdesk.agent.views.form_pages import FORM_PAGE, apply_valid_form, render_form
from tickets.defects.access import get_defect_for_agent
from tickets.errors import ConflictError, ServiceError
from tickets.models import Defect


def get_defect(request: AgentRequest, number: int) -> Defect:
    """Return a defect of the agent's desk, with product and owner. Raises Http404."""
    try:
        defect = get_defect_for_agent(request.agent, number)
    except Defect.DoesNotExist:
        raise Http404 from None
    defect.desk = request.desk
    return defect


def redirect_to_defect(
    request: AgentRequest, number: int, *, success: str = "", error: str = ""
) -> HttpResponse:
    """Redirect to a defect's page with a message."""
    if error:
        messages.error(request, error)
    elif success:
        messages.success(request, success)
    return see_other(reverse("agent:defect", args=[number]))


def link_defect(sentence: str, defect: Defect) -> SafeString:
    """Return a message that names a defect, with its key as a link to its page."""
    before, _key, after = sentence.partition(defect.key)
    url = reverse("agent:defect", args=[defect.number])
    return format_html('{}<a href="{}">{}</a>{}', before, url, defect.key, after)


def apply_to_defect(
    request: AgentRequest, number: int, change: Callable[[], object], *, success: str
) -> HttpResponse:
    """Apply a change without a form and redirect. A ServiceError is shown as a message."""
    try:
        change()
    except ServiceError as error:
        return redirect_to_defect(request, number, error=str(error))
    return redirect_to_defect(request, number, success=success)


def apply_form(
    request: AgentRequest, form: forms.Form, change: Callable[[], HttpResponse]
) -> HttpResponse | None:
    """Call the change of a valid form, and discard its draft; its errors go to the form.

    Returns its redirect, or None if the form must be shown again. Of two people who change a defect
    at once, the second is told and loses nothing: sent once more, the form has seen the change.
    """

    def explain(error: ServiceError) -> str:
        is_conflict = isinstance(error, ConflictError)
        return (is_conflict and _describe_conflict(request, form)) or str(error)

    return apply_valid_form(request, form, change, explain=explain)


def _describe_conflict(request: AgentRequest, form: forms.Form) -> str:
    """Have a form accept a newer revision of its defect, and say so; "" if that isn't the cause."""
    if not isinstance(form, RevisionForm) or form.defect is None:
        return ""
    current = get_defect(request, form.defect.number)
    if current.revision == form.cleaned_data["revision"]:
        return ""
    form.accept_newer(current)
    return describe_conflict(current)


def describe_conflict(current: Defect) -> str:
    """Return what to tell someone whose form was opened before a defect changed."""
    return _(
        "%(defect)s was changed in the meantime. What you entered is kept. Check it against what is"
        " shown now, then send it again."
    ) % {"defect": current.key}


def render_defect_form(
    request: AgentRequest,
    form: forms.Form,
    defect: Defect,
    *,
    title: str,
    button: str,
    template: str = FORM_PAGE,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render a form about a defect: 422 if it has errors."""
    return render_form(
        request,
        form,
        status=422 if form.is_bound and form.errors else 200,
        page_title=title,
        intro=defect.title,
        submit_label=button,
        back_url=reverse("agent:defect", args=[defect.number]),
        back_label=defect.key,
        template=template,
        more={"live": describe_live(defect), **(more or {})},
    )
