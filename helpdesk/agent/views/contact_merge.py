"""Page that merges a contact into another one: a preview first, then the confirmation."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.customers.merging import can_merge
from accounts.models import Contact
from channels_intake.connections.merging import merge_contacts
from helpdesk.agent.handles.merging import MergeForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.views.form_pages import render_form, run_page_form
from helpdesk.shared.components import Link
from helpdesk.shared.drafts import keeps_draft

TEMPLATE = "agent/customers/merge.html"


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def merge(request: AgentRequest, contact_id: int) -> HttpResponse:
    """Ask which contact stays, show what would move there, then merge.

    Afterwards the page of the contact who is gone leads to the one who stays.
    """
    if not can_merge(request.agent):
        raise PermissionDenied(_("Only leads and admins of this desk can merge contacts."))
    people = Contact.objects.select_related("desk", "account")
    contact = get_object_or_404(people, pk=contact_id, desk=request.desk)
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        merged=contact,
        offers_url=reverse("agent:contact_offers"),
    )
    if form.is_bound and form.is_valid() and not form.is_confirmed:
        return _show_preview(request, form)

    def change() -> str:
        given, name = form.cleaned_data, str(contact)
        into = merge_contacts(
            contact=contact,
            into=given["contact"],
            agent=request.agent,
            reason=given["reason"],
            at=timezone.now(),
        )
        return _("%(name)s was merged into %(other)s.") % {"name": name, "other": into}

    return run_page_form(
        request,
        form,
        change,
        title=_("Merge contact"),
        button=_("Continue"),
        back=_get_back(contact),
        intro=_get_intro(contact),
        template=TEMPLATE,
    )


def _show_preview(request: AgentRequest, form: MergeForm) -> HttpResponse:
    back = _get_back(form.merged)
    return render_form(
        request,
        form,
        page_title=_("Merge contact"),
        submit_label=_("Merge contacts"),
        back_url=back.url,
        back_label=back.label,
        intro=_get_intro(form.merged),
        template=TEMPLATE,
        more={"moves": form.ask()},
    )


def _get_back(contact: Contact) -> Link:
    return Link(reverse("agent:customer", args=[contact.pk]), str(contact))


def _get_intro(contact: Contact) -> str:
    intro = _(
        "The tickets, messages and identities of %(name)s move to the contact you keep. You'll see "
        "what moves before anything changes."
    )
    return intro % {"name": contact}
