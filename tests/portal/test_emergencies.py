"""The emergency button of the portal: entitled plans, its form, and what others read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.models import Contact, Plan
from tests.cast import Cast
from tickets.actors import Actor
from tickets.errors import NotAllowedError
from tickets.models import Emergency, Priority, Ticket
from tickets.services import (
    EmergencyReport,
    add_participant,
    decide_emergency,
    escalate,
    report_emergency,
)

NEW = "/rocket/portal/emergency/"
FORM = {
    "form_token": "token-of-a-rendered-form",
    "subject": "Everything is down",
    "impact": "Nobody can log in since 9:00.",
    "reachable": "Ana Souza",
    "phone": "+55 51 3333 0000",
}


@pytest.fixture
def entitled(in_rocket: Cast) -> Cast:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(allows_emergencies=True)
    Priority.objects.filter(name="High").update(allows_emergencies=True)
    return in_rocket


def fill(cast: Cast, **changes: Any) -> dict[str, Any]:
    return FORM | {"priority": cast.priorities["High"].pk} | changes


def text_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_button_is_for_entitled_plans_and_others_read_why_not(
    in_rocket: Cast, as_customer: Client
) -> None:
    assert NEW not in text_of(as_customer, "/rocket/")
    why = "Your support plan Standard doesn&#x27;t include emergency requests."
    assert why in text_of(as_customer, "/rocket/portal/plans/")
    refused = as_customer.get(NEW)
    assert refused.status_code == 403
    assert why in refused.content.decode()
    Plan.objects.filter(pk=in_rocket.plan.pk).update(allows_emergencies=True)
    assert NEW in text_of(as_customer, "/rocket/")
    assert why not in text_of(as_customer, "/rocket/portal/plans/")


def test_an_emergency_opens_a_request_with_a_promised_decision(
    entitled: Cast, as_customer: Client
) -> None:
    answer = as_customer.post(NEW, fill(entitled), follow=True)
    assert "We received your emergency. You&#x27;ll hear from us by" in answer.content.decode()
    emergency = Emergency.objects.get()
    assert emergency.contact == entitled.customer
    assert (emergency.reachable, emergency.phone) == (FORM["reachable"], FORM["phone"])
    assert emergency.ticket.priority == entitled.priorities["High"]
    assert emergency.ticket.messages.get().body_text == FORM["impact"]


def test_a_form_that_is_sent_twice_reports_once(entitled: Cast, as_customer: Client) -> None:
    first, second = (as_customer.post(NEW, fill(entitled)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (Emergency.objects.count(), Ticket.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "wrong", [{"priority": "Low"}, {"impact": " "}, {"phone": ""}, {"phone": "1" * 41}]
)
def test_a_bad_report_keeps_what_was_typed(
    entitled: Cast, as_customer: Client, wrong: dict[str, Any]
) -> None:
    if "priority" in wrong:  # not one for emergencies
        wrong = {"priority": entitled.priorities["Low"].pk}
    answer = as_customer.post(NEW, fill(entitled, **wrong))
    assert answer.status_code == 422
    assert FORM["reachable"] in answer.content.decode()
    assert not Ticket.objects.exists()


def test_an_emergency_on_a_request_adds_its_impact_and_raises_the_priority(
    entitled: Cast, as_customer: Client
) -> None:
    ticket = entitled.open_ticket(at=timezone.now())
    url = f"/rocket/portal/requests/{ticket.number}/emergency/"
    assert url in text_of(as_customer, f"/rocket/portal/requests/{ticket.number}/")
    assert as_customer.post(url, fill(entitled)).status_code == 303
    found = Ticket.objects.get(pk=ticket.pk)
    assert (found.emergency, found.priority.name) == ("reported", "High")
    assert found.messages.last().body_text == FORM["impact"]
    page = text_of(as_customer, f"/rocket/portal/requests/{ticket.number}/")
    assert url not in page
    assert FORM["phone"] not in page  # only agents see it
    again = as_customer.post(url, fill(entitled, form_token="another"))
    assert again.status_code == 422
    assert found.messages.count() == 2


def test_the_customer_reads_the_outcome_in_the_conversation(
    entitled: Cast, as_customer: Client
) -> None:
    as_customer.post(NEW, fill(entitled))
    ticket = Ticket.objects.get()
    decide_emergency(
        ticket_id=ticket.pk,
        agent=entitled.analyst,
        outcome="accepted",
        text="Our engineer is on it.",
        at=timezone.now(),
    )
    page = text_of(as_customer, f"/rocket/portal/requests/{ticket.number}/")
    assert "Our engineer is on it." in page


def test_nobody_else_reports_on_a_request(entitled: Cast, matter: Cast, sign_in: Any) -> None:
    ticket = entitled.open_ticket(at=timezone.now())
    url = f"/rocket/portal/requests/{ticket.number}/emergency/"
    for person, status in [
        (entitled.elsewhere, 404),
        (entitled.stranger, 404),
        (matter.customer, 404),
    ]:
        client = sign_in(person.user)
        assert client.get(url).status_code == status
        assert client.post(url, fill(entitled)).status_code == status
    assert not Emergency.objects.exists()


def test_reports_are_limited(entitled: Cast, as_customer: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"portal_emergency": "1/h/user"}
    assert as_customer.post(NEW, fill(entitled)).status_code == 303
    assert as_customer.post(NEW, fill(entitled, form_token="b")).status_code == 429
    assert Emergency.objects.count() == 1


def test_escalations_are_lines_in_the_conversation_without_the_reason(
    entitled: Cast, as_customer: Client
) -> None:
    sentence = "The Sustained Engineering Team looks at it."
    entitled.desk.level_sentences = {"l2": sentence}
    entitled.desk.save()
    ticket = entitled.open_ticket(at=timezone.now())
    url = f"/rocket/portal/requests/{ticket.number}/"
    assert sentence not in text_of(as_customer, url)
    by = Actor.of(entitled.analyst)
    escalate(ticket_id=ticket.pk, by=by, at=timezone.now(), why="secret guess")
    page = text_of(as_customer, url)
    assert page.count(sentence) == 2  # what Escalated means, and the line in the conversation
    assert "secret" not in page


def test_a_follower_of_another_company_reads_and_reports_nothing(
    entitled: Cast, sign_in: Any
) -> None:
    """Their own plan includes emergencies; the request is another company's."""
    follower = entitled.elsewhere
    follower.account.plan = entitled.plan
    follower.account.save()
    Contact.objects.filter(pk=follower.pk).update(role="point_of_contact")
    ticket = entitled.open_ticket(at=timezone.now())
    by = Actor.of(entitled.analyst)
    add_participant(ticket_id=ticket.pk, contact=follower, by=by, at=timezone.now())
    client, url = sign_in(follower.user), f"/rocket/portal/requests/{ticket.number}/emergency/"
    for answer in (client.get(url), client.post(url, fill(entitled))):
        assert answer.status_code == 303
    report = EmergencyReport("Down", priority=entitled.priorities["High"])
    with pytest.raises(NotAllowedError, match="Only the company of this request"):
        report_emergency(
            ticket_id=ticket.pk,
            by=Contact.objects.get(pk=follower.pk),
            report=report,
            at=timezone.now(),
        )
    assert not Emergency.objects.exists()
    found = Ticket.objects.get(pk=ticket.pk)
    assert (found.priority, found.messages.count()) == (ticket.priority, 1)


def test_the_navigation_links_to_it_for_entitled_customers_only(
    entitled: Cast, as_customer: Client, client: Client
) -> None:
    def read_nav(browser: Client) -> str:
        return text_of(browser, "/rocket/portal/plans/").split("<nav")[1].split("</nav>")[0]

    assert f'href="{NEW}"' in read_nav(as_customer)
    assert NEW not in read_nav(client)
    Plan.objects.filter(pk=entitled.plan.pk).update(allows_emergencies=False)
    assert NEW not in read_nav(as_customer)


def test_the_customer_reads_one_time_the_earliest(entitled: Cast, as_customer: Client) -> None:
    as_customer.post(NEW, fill(entitled), follow=True)  # to the message, shown once
    ticket = Ticket.objects.get()
    page = text_of(as_customer, f"/rocket/portal/requests/{ticket.number}/")
    assert page.count("hear from us by") == 1
    assert "first response by" not in page
    ticket.clocks.filter(kind="promised_update").update(due_at=F("due_at") + timedelta(days=99))
    page = text_of(as_customer, f"/rocket/portal/requests/{ticket.number}/")
    assert page.count("first response by") == 1
    assert "hear from us by" not in page
