"""Changing one's own keyboard shortcuts."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.logins.changes import set_shortcuts
from accounts.models import User
from helpdesk.agent.permissions import AgentRequest, agent_required
from helpdesk.agent.shortcuts.forms import ShortcutsForm
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.shared.components import Link
from helpdesk.shared.urls import get_url


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def change_shortcuts(request: AgentRequest) -> HttpResponse:
    """Ask for the keys of each shortcut, then save those that differ. Observers can, too."""
    user = cast(User, request.user)
    form = ShortcutsForm(request.POST if request.method == "POST" else None, keys=user.shortcuts)

    def change() -> str:
        set_shortcuts(user=user, keys=form.cleaned_data["keys"])
        return _("Your keyboard shortcuts are saved.")

    return run_page_form(
        request,
        form,
        change,
        title=_("Keyboard shortcuts"),
        button=_("Save shortcuts"),
        intro=_("Leave a field empty to turn its shortcut off."),
        back=Link(get_url("agent:queue"), _("Tickets")),
        template="agent/shortcuts.html",
    )
