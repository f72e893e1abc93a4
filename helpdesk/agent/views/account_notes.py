"""The note about an account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.customers.notes import StaleNoteError, get_account_note, set_account_note
from accounts.models import Account
from helpdesk.agent.forms import expect
from helpdesk.agent.notes.forms import AccountNoteForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.shared.components import Link
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.urls import get_url
from tickets.errors import ConflictError


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def edit_note(request: AgentRequest, account_id: int) -> HttpResponse:
    """Edit the note about an account. Two agents at once: the second one is asked to look again."""
    account = get_object_or_404(Account, desk=request.desk, pk=account_id)
    present = get_account_note(account)
    form = AccountNoteForm(
        request.POST if request.method == "POST" else None,
        initial={"text": present, "expected": present},
    )

    def change() -> str:
        text, expected = form.cleaned_data["text"], form.cleaned_data["expected"]
        try:
            set_account_note(
                account=account,
                text=text,
                expected=expected,
                by=request.agent,
                at=timezone.now(),
            )
        except StaleNoteError as error:
            expect(form, {"expected": error.present})
            raise ConflictError(str(error)) from None
        return _("Note saved.") if text.strip() else _("Note removed.")

    return run_page_form(
        request,
        form,
        change,
        title=_("Account note"),
        button=_("Save note"),
        intro=account.name,
        back=Link(get_url("agent:account", account.pk), account.name),
    )
