"""Records show sentences where the database has codes."""

from __future__ import annotations

from django.test import Client

from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from tests.admin.filling import fill_desk
from tests.cast import Cast
from tickets.models import Ticket


def test_a_ticket_says_why_it_has_its_account_and_assignee(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        Ticket.objects.filter(pk=ticket.pk).update(
            match_reasons=[{"code": "signed_in"}],
            route_reasons=[{"code": "account_without_plan", "account": "<Acme>"}],
        )
    page = at_rocket.get(f"/rocket/admin/tickets/ticket/{ticket.pk}/change/").content.decode()
    assert "The customer was signed in." in page
    assert "&lt;Acme&gt; is a customer without a support plan." in page
    assert "account_without_plan" not in page


def test_an_email_says_why_it_failed(rocket: Cast, at_rocket: Client) -> None:
    fill_desk(rocket)
    with desk_scope(rocket.desk):
        mail = OutgoingEmail.objects.first()
        OutgoingEmail.objects.filter(pk=mail.pk).update(
            state=MailState.FAILED, last_error="timed_out"
        )
    page = at_rocket.get(f"/rocket/admin/channels_intake/outgoingemail/{mail.pk}/change/")
    assert "The mail server took too long to respond." in page.content.decode()
