"""An agent's own signature, below their replies by email."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.staff import save_signature
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.shared.components import Link
from helpdesk.shared.drafts import keeps_draft

MAX_LENGTH = 1000  # characters


class SignatureForm(forms.Form):
    """The text of a signature; empty for none."""

    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_(
            "Added to your email replies, above the mailbox's signature. Replies in other channels "
            "don't include it."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def edit_signature(request: AgentRequest) -> HttpResponse:
    """Show and save the signature of the agent who asks."""
    initial = {"signature": request.agent.signature}
    form = SignatureForm(request.POST if request.method == "POST" else None, initial=initial)

    def change() -> str:
        text = form.cleaned_data["signature"].replace("\r\n", "\n")
        save_signature(agent=request.agent, text=text)
        return gettext("Signature saved.")

    title = gettext("Email signature")
    back = Link(reverse("agent:queue"), gettext("Tickets"))
    return run_page_form(
        request, form, change, title=title, button=gettext("Save signature"), back=back
    )
