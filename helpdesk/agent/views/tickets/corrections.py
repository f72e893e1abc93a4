"""Forms that correct a ticket: its subject, requester and account, and who its sender is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Contact, Desk
from channels_intake.incoming.senders import get_or_create_contact
from channels_intake.mime.envelope import Address
from helpdesk.agent.forms import expect
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import redirect_to_ticket
from helpdesk.agent.ticket_page.forms.corrections import (
    AccountForm,
    RequesterForm,
    SubjectForm,
    VerificationForm,
)
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.models import Ticket
from tickets.services import change_account, change_subject, choose_requester, verify_by_hand


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def edit_subject(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for another subject, then change it."""
    ticket = get_ticket_for_change(request.agent, number)
    initial = {"subject": ticket.subject, "expected": ticket.subject}
    form = SubjectForm(_get_data(request), initial=initial)

    def change() -> str:
        given = form.cleaned_data
        with _ask_again(form, ticket, lambda now: now.subject):
            change_subject(
                ticket_id=ticket.pk,
                subject=given["subject"],
                by=Actor.of(request.agent),
                at=timezone.now(),
                expected=given["expected"] or None,
            )
        return _("Subject changed.")

    title, button = _("Change subject"), _("Save subject")
    return run_ticket_form(request, ticket, form, change, title=title, button=button)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def change_ticket_requester(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for another requester, then change it. An unknown address becomes a new contact."""
    ticket = get_ticket_for_change(request.agent, number)
    form = RequesterForm(
        _get_data(request),
        initial={"expected": ticket.contact_id},
        desk=request.desk,
        offers_url=reverse("agent:contact_offers"),
    )

    def change() -> str:
        given = form.cleaned_data
        with _ask_again(form, ticket, lambda now: now.contact_id), transaction.atomic():
            contact = _get_contact(request.desk, given["contact"])
            choose_requester(
                ticket_id=ticket.pk,
                contact=contact,
                by=Actor.of(request.agent),
                at=timezone.now(),
                is_checked=given["is_checked"],
                keeps_following=given["keeps_following"],
                expected=given["expected"],
            )
        return _("%(name)s is now the requester.") % {"name": contact}

    title = _("Change requester")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def change_ticket_account(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for another account, then move the ticket there."""
    ticket = get_ticket_for_change(request.agent, number)
    form = AccountForm(
        _get_data(request),
        initial={"account_name": ticket.account or "", "expected": ticket.account_id},
        desk=request.desk,
        names_url=reverse("agent:account_names"),
    )

    def change() -> str:
        account, expected = form.cleaned_data["account_name"], form.cleaned_data["expected"]
        with _ask_again(form, ticket, lambda now: now.account_id or ""):
            change_account(
                ticket_id=ticket.pk,
                account=account,
                by=Actor.of(request.agent),
                at=timezone.now(),
                expected=expected if "expected" in form.data else False,
            )
        if account is None:
            return _("Account removed from the ticket.")
        return _("Moved to the account %(name)s.") % {"name": account}

    title, button = _("Change account"), _("Save account")
    return run_ticket_form(request, ticket, form, change, title=title, button=button)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def verify_ticket_sender(request: AgentRequest, number: int) -> HttpResponse:
    """Ask how the agent checked the sender, then accept the sender as verified."""
    ticket = get_ticket_for_change(request.agent, number)
    if not ticket.is_unverified:
        text = _("The sender of this ticket is already verified.")
        return redirect_to_ticket(request, number, success=text)
    form = VerificationForm(_get_data(request))

    def change() -> str:
        by, why = Actor.of(request.agent), form.cleaned_data["why"]
        verify_by_hand(ticket_id=ticket.pk, by=by, at=timezone.now(), why=why)
        return _("%(name)s is now a verified sender.") % {"name": ticket.contact}

    title = _("Verify sender")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)


def _get_data(request: AgentRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _get_contact(desk: Desk, given: Contact | str) -> Contact:
    """Return a contact, created for an address that is new to the desk."""
    if isinstance(given, Contact):
        return given
    return get_or_create_contact(desk, Address(given, ""))


@contextmanager
def _ask_again(form: forms.Form, ticket: Ticket, read: Callable[[Ticket], Any]) -> Iterator[None]:
    """After a conflict, let the form expect the value that was found, so that a second try wins."""
    try:
        yield
    except ConflictError:
        present = Ticket.objects.filter(pk=ticket.pk).first()
        if present is not None:
            expect(form, {"expected": read(present)})
        raise
