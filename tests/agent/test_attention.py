"""Pages of attention and escalated accounts, and the mark on an account's tickets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.attention.escalating import EscalationPlan, escalate_account
from tickets.models import AccountEscalation, AttentionRequest, Ticket

LIST = "/rocket/agent/attention/"


@pytest.fixture
def lead(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's lead, signed in."""
    return sign_in(rocket.lead.user)


@pytest.fixture
def executive(rocket: Cast, sign_in: SignIn) -> Client:
    """A person who only reads, such as an executive."""
    return sign_in(rocket.observer.user)


def escalate(cast: Cast, hours: int = 24) -> AccountEscalation:
    with inside(cast):
        return escalate_account(
            account=cast.account,
            plan=EscalationPlan(cast.lead, "No crash for a week", hours),
            why="Renewal at risk",
            agent=cast.admin,
            at=timezone.now() - timedelta(hours=2),
        )


def test_an_executive_asks_on_a_ticket_and_the_lead_decides(
    rocket: Cast, executive: Client, lead: Client, ticket: Ticket
) -> None:
    page = executive.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    url = f"/rocket/agent/tickets/{ticket.number}/attention/new/"
    assert url in page
    assert "data-draft=" not in executive.get(url).content.decode()
    answer = executive.post(url, {"urgency": "now", "why": "The board asks"})
    assert answer.status_code == 303
    with inside(rocket):
        asked = AttentionRequest.objects.get()
    listed = lead.get(LIST).content.decode()
    assert "The board asks" in listed
    assert f"{LIST}{asked.pk}/" in listed
    assert f"{LIST}{asked.pk}/" not in executive.get(LIST).content.decode()
    decision = lead.get(f"{LIST}{asked.pk}/").content.decode()
    for text in (ticket.subject, rocket.account.name, "Asked by Observer", "Now"):
        assert text in decision.split('class="lines"')[1].split("<form")[0]
    assert f"Now · {ticket.subject}" in lead.get("/rocket/agent/notifications/").content.decode()
    given = {"decision": "decline", "why": "They are fine"}
    assert lead.post(f"{LIST}{asked.pk}/", given).status_code == 303
    assert "The board asks" not in lead.get(LIST).content.decode()
    assert "They are fine" in executive.get(f"{LIST}?view=all").content.decode()
    notices = executive.get("/rocket/agent/notifications/").content.decode()
    assert "Lead declined your request for attention on RC-1001." in notices
    assert "They are fine" in notices


def test_a_second_decision_is_told_and_loses_nothing(
    rocket: Cast, executive: Client, lead: Client, ticket: Ticket
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/attention/new/"
    executive.post(url, {"urgency": "now", "why": "The board asks"})
    again = executive.post(url, {"urgency": "now", "why": "Still"})
    assert (again.status_code, "already been requested" in again.content.decode()) == (422, True)
    with inside(rocket):
        asked = AttentionRequest.objects.get()
    lead.post(f"{LIST}{asked.pk}/", {"decision": "accept", "why": "On it"})
    late = lead.post(f"{LIST}{asked.pk}/", {"decision": "decline", "why": "My reason"})
    assert late.status_code == 422
    assert "My reason" in late.content.decode()


def test_an_analyst_has_no_button(client: Client, rocket: Cast, ticket: Ticket) -> None:
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "/attention/new/" not in page
    account = client.get(f"/rocket/agent/accounts/{rocket.account.pk}/").content.decode()
    assert "/attention/new/" not in account
    assert "/escalation/" not in account


def test_an_escalated_account_is_marked_on_its_tickets_and_in_the_queue(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        other = rocket.open_ticket(contact=rocket.elsewhere)
    escalate(rocket)
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "Escalated account, led by Lead. Next update by" in page
    assert "Exit criteria: No crash for a week" in page
    assert "Updates are promised every 24 hours." in page
    assert (
        "Escalated account"
        not in client.get(f"/rocket/agent/tickets/{other.number}/").content.decode()
    )
    queue = client.get("/rocket/agent/").content.decode()
    assert queue.count('aria-label="Escalated account"') == 1
    account = client.get(f"/rocket/agent/accounts/{rocket.account.pk}/").content.decode()
    assert "led by Lead" in account
    assert "led by Lead" in client.get(LIST).content.decode()


def test_a_late_update_is_said(rocket: Cast, client: Client, ticket: Ticket) -> None:
    escalate(rocket, hours=1)
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "led by Lead. An update was due" in page


def test_a_lead_escalates_reports_and_ends(rocket: Cast, lead: Client, client: Client) -> None:
    url = f"/rocket/agent/accounts/{rocket.account.pk}/escalation/"
    given = {"lead": rocket.lead.pk, "exit_criteria": "No crash for a week", "cadence_hours": 24}
    assert lead.post(url, given).status_code == 422  # without a reason
    assert lead.post(url, given | {"why": "Renewal at risk"}).status_code == 303
    assert lead.post(f"{url}updates/", {"text": "Patch is out"}).status_code == 303
    page = client.get(url).content.decode()
    assert "Patch is out" in page
    assert "<textarea" not in page
    assert lead.post(url, given | {"cadence_hours": 2}).status_code == 303
    with inside(rocket):
        escalation = AccountEscalation.objects.get()
        assert escalation.cadence_hours == 2
    assert lead.post(f"{url}end/", {"why": ""}).status_code == 422
    with inside(rocket):
        assert AccountEscalation.objects.get().ended_at is None
    lead.post(f"{url}end/", {"why": "Calm for a week"})
    page = client.get(url).content.decode()
    assert "This account isn't escalated." in page.replace("&#x27;", "'")
    assert "Calm for a week" in page


def test_an_account_of_another_desk_is_not_there(
    rocket: Cast, matter: Cast, lead: Client, executive: Client
) -> None:
    for part in ("escalation/", "attention/new/"):
        url = f"/rocket/agent/accounts/{matter.account.pk}/{part}"
        assert lead.get(url).status_code == 404
        assert executive.post(url, {"urgency": "now", "why": "x"}).status_code in (403, 404)


def test_what_was_typed_is_kept_if_an_update_or_end_is_refused(rocket: Cast, lead: Client) -> None:
    escalate(rocket)
    url = f"/rocket/agent/accounts/{rocket.account.pk}/escalation/"
    for part, name in (("updates/", "text"), ("end/", "why")):
        empty = lead.post(f"{url}{part}", {name: "  "})
        assert empty.status_code == 422
        assert "Please check the form" in empty.content.decode()
    wrong = {"lead": rocket.lead.pk, "exit_criteria": "Typed criteria", "cadence_hours": 0}
    refused = lead.post(url, wrong)
    assert refused.status_code == 422
    assert "Typed criteria" in refused.content.decode()


def test_a_decision_without_a_reason_keeps_the_choice(
    rocket: Cast, executive: Client, lead: Client, ticket: Ticket
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/attention/new/"
    executive.post(url, {"urgency": "now", "why": "The board asks"})
    with inside(rocket):
        asked = AttentionRequest.objects.get()
    refused = lead.post(f"{LIST}{asked.pk}/", {"decision": "decline", "why": ""})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert re.search(r'value="decline"[^>]*checked', page)
    assert "The board asks" in page


def test_an_accepted_request_offers_to_escalate_until_the_account_is(
    rocket: Cast, executive: Client, lead: Client, ticket: Ticket
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/attention/new/"
    executive.post(url, {"urgency": "now", "why": "The board asks"})
    with inside(rocket):
        asked = AttentionRequest.objects.get()
    lead.post(f"{LIST}{asked.pk}/", {"decision": "accept", "why": "On it"})
    assert "Escalate account</a>" in lead.get(f"{LIST}?view=all").content.decode()
    assert "Escalate account</a>" not in executive.get(f"{LIST}?view=all").content.decode()
    escalate(rocket)
    assert "Escalate account</a>" not in lead.get(f"{LIST}?view=all").content.decode()


@pytest.mark.parametrize("person", ["analyst", "level_two", "observer"])
def test_only_leads_and_admins_decide_and_escalate(
    rocket: Cast, executive: Client, sign_in: SignIn, ticket: Ticket, person: str
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/attention/new/"
    executive.post(url, {"urgency": "now", "why": "The board asks"})
    with inside(rocket):
        asked = AttentionRequest.objects.get()
    client = sign_in(getattr(rocket, person).user)
    assert client.post(f"{LIST}{asked.pk}/", {"decision": "accept", "why": "x"}).status_code == 403
    account = f"/rocket/agent/accounts/{rocket.account.pk}/escalation/"
    given = {"lead": rocket.lead.pk, "exit_criteria": "x", "cadence_hours": 24, "why": "x"}
    assert client.post(account, given).status_code == 403
    escalate(rocket)
    assert client.post(f"{account}updates/", {"text": "x"}).status_code == 403
    assert client.post(f"{account}end/", {"why": "x"}).status_code == 403


def test_a_manager_asks_for_their_own_account_only(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        Account.objects.filter(pk=rocket.account.pk).update(account_manager=rocket.analyst)
        other = rocket.open_ticket(contact=rocket.elsewhere)
    given = {"urgency": "now", "why": "Renewal"}
    mine = f"/rocket/agent/tickets/{ticket.number}/attention/new/"
    assert client.post(mine, given).status_code == 303
    theirs = f"/rocket/agent/tickets/{other.number}/attention/new/"
    for url in (theirs, f"/rocket/agent/accounts/{rocket.other_account.pk}/attention/new/"):
        assert client.get(url).status_code == 403
        assert client.post(url, given).status_code == 403
