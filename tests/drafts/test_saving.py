"""Drafts are saved while a person types, and gone when the form is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tenancy import desk_scope
from helpdesk.privacy.agents import erase_agent
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tickets.models import Draft, Message, Ticket
from tickets.services import NewMessage, add_customer_message, drafts
from tickets.services.drafts import save_draft
from tickets.tasks import sweep_old_drafts

SignIn = Callable[[User], Client]


def save(client: Client, place: str, *, interface: str = "agent", **fields: object):
    return client.post(f"/rocket/{interface}/drafts/?form={place}", fields)


def composer_of(ticket: Ticket) -> str:
    return f"/agent/tickets/{ticket.number}/answers/"


def test_what_an_agent_types_is_in_the_composer_on_any_device(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    place = composer_of(ticket)
    saved = save(
        sign_in(rocket.analyst.user), place, kind="note", body="Ask Ana", next="", last_seen="0"
    )
    assert saved.status_code == 204
    page = sign_in(rocket.analyst.user).get(f"/rocket/agent/tickets/{ticket.number}/")
    composer = page.context["composer"]
    assert (composer.kind, composer.form["body"].value()) == ("note", "Ask Ana")
    assert "This is your saved draft" in page.content.decode()
    other = sign_in(rocket.colleague.user).get(f"/rocket/agent/tickets/{ticket.number}/")
    assert b"Ask Ana" not in other.content


def test_a_reply_begun_before_a_newer_message_names_what_its_author_had_seen(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    first = Message.objects.get(ticket=ticket)
    client = sign_in(rocket.analyst.user)
    save(client, composer_of(ticket), kind="reply", body="Yes", last_seen=first.pk)
    new = NewMessage(text="No!", channel="email")
    add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=NOON)
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/")
    assert page.context["composer"].last_seen == first.pk


def test_sending_deletes_the_draft_and_a_late_save_brings_nothing_back(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    client, place = sign_in(rocket.analyst.user), composer_of(ticket)
    entry = {"kind": "reply", "body": "Done", "next": "", "form_token": "token-of-the-form"}
    save(client, place, **entry)
    assert Draft.objects.count() == 1
    assert client.post(f"/rocket{place}", entry).status_code == 303
    assert not Draft.objects.exists()
    assert save(client, place, **entry).status_code == 204
    assert not Draft.objects.exists()


def test_a_reply_that_is_not_sent_keeps_its_draft(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    client, place = sign_in(rocket.analyst.user), composer_of(ticket)
    save(client, place, kind="reply", body="Yes")
    entry = {"kind": "reply", "body": "Yes", "next": "", "last_seen": "0", "form_token": "t" * 20}
    assert client.post(f"/rocket{place}", entry).status_code == 409
    assert Draft.objects.count() == 1


def test_a_discarded_draft_leads_back_to_the_page_of_the_form(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    client, place = sign_in(rocket.analyst.user), composer_of(ticket)
    save(client, place, kind="reply", body="Never mind")
    gone = save(client, place, discard="1")
    assert (gone.status_code, gone["Location"]) == (
        303,
        f"/rocket/agent/tickets/{ticket.number}/",
    )
    assert not Draft.objects.exists()


def test_a_customers_request_is_saved_and_deleted_with_the_send(
    rocket: Cast, sign_in: SignIn
) -> None:
    client, place = sign_in(rocket.customer.user), "/portal/requests/new/"
    entry = {"subject": "Down", "description": "Since noon", "form_token": "t" * 20}
    priority = str(rocket.priorities["Low"].pk)
    save(client, place, interface="portal", **entry, priority=priority)
    form = client.get(f"/rocket{place}").context["form"]
    assert form["description"].value() == "Since noon"
    assert form["priority"].value() == priority
    sent = client.post(f"/rocket{place}", {**entry, "priority": priority})
    assert sent.status_code == 303
    with desk_scope(rocket.desk):
        assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("form", "field"),
    [("tickets/new/", "text"), ("tickets/new/?email=a%40b.example", "text")],
)
def test_a_ticket_that_an_agent_opens_has_a_draft_for_each_requester(
    rocket: Cast, sign_in: SignIn, form: str, field: str
) -> None:
    client = sign_in(rocket.analyst.user)
    page = client.get(f"/rocket/agent/{form}")
    client.post(page.context["draft"].save_url, {field: "He called about the invoice"})
    assert client.get(f"/rocket/agent/{form}").context["form"][field].value() == (
        "He called about the invoice"
    )
    other = client.get("/rocket/agent/tickets/new/?email=other%40b.example")
    assert other.context["form"][field].value() is None


def test_an_escalations_reason_has_a_draft(rocket: Cast, ticket: Ticket, sign_in: SignIn) -> None:
    client = sign_in(rocket.analyst.user)
    url = f"/rocket/agent/tickets/{ticket.number}/escalation/"
    client.post(client.get(url).context["draft"].save_url, {"why": "It needs a developer"})
    assert client.get(url).context["form"]["why"].value() == "It needs a developer"
    given = {"why": "It needs a developer", "cause": "defect", "record_version": "0"}
    assert client.post(url, given).status_code == 303
    assert not Draft.objects.exists()


def test_secrets_and_tokens_are_never_in_a_draft(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    client = sign_in(rocket.analyst.user)
    save(
        client, composer_of(ticket), body="a\x00b", form_token="t", password="p", client_secret="s"
    )
    assert Draft.objects.get().fields == {"body": ["ab"]}


@pytest.mark.parametrize("token", ["\x00", "t" * 5000])
def test_a_token_that_no_page_gave_out_is_no_server_error(
    rocket: Cast, ticket: Ticket, sign_in: SignIn, token: str
) -> None:
    client = sign_in(rocket.analyst.user)
    saved = save(client, composer_of(ticket), body="x", form_token=token)
    assert saved.status_code == 204
    asked = save(
        sign_in(rocket.customer.user), "/portal/requests/new/", interface="portal", form_token=token
    )
    assert asked.status_code == 204


@pytest.mark.parametrize("form", ["escalation", "closure", "participants", ""])
def test_every_form_that_says_it_has_a_draft_can_save_one(
    rocket: Cast, ticket: Ticket, sign_in: SignIn, form: str
) -> None:
    client = sign_in(rocket.analyst.user)
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/{form + '/' if form else ''}")
    url = re.search(r'data-draft="([^"]+)"', page.content.decode())
    assert url is not None
    assert client.post(unescape(url[1]), {"body": "x"}).status_code == 204


@pytest.mark.parametrize(
    "place", ["", "/agent/", "/nowhere/", "/agent/tickets/1/status/", "/admin/", "x" * 5000]
)
def test_only_forms_that_have_drafts_can_be_saved(
    rocket: Cast, sign_in: SignIn, place: str
) -> None:
    assert save(sign_in(rocket.analyst.user), place, body="x").status_code == 400


def test_too_much_text_is_refused_with_a_reason(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    refused = save(sign_in(rocket.analyst.user), composer_of(ticket), body="x" * 200_001)
    assert refused.status_code == 422
    assert b"too long" in refused.content
    assert not Draft.objects.exists()


def test_a_person_keeps_a_limited_number_of_drafts(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 2)
    mine = {"desk": in_rocket.desk, "user": in_rocket.analyst.user, "at": NOON}
    for place in ("/a/", "/b/", "/b/"):
        save_draft(**mine, place=place, fields={})
    with pytest.raises(drafts.TooManyDraftsError):
        save_draft(**mine, place="/c/", fields={})


def test_observers_and_strangers_save_nothing(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    place = composer_of(ticket)
    assert save(sign_in(rocket.observer.user), place, body="x").status_code == 403
    assert save(sign_in(matter.analyst.user), place, body="x").status_code == 404
    assert save(sign_in(rocket.customer.user), place, body="x").status_code == 404
    assert save(sign_in(matter.customer.user), place, interface="portal").status_code == 404
    assert not Draft.objects.exists()


def test_a_draft_stays_at_its_desk(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        save_draft(
            desk=rocket.desk, user=rocket.analyst.user, place="/a/", fields={"b": ["c"]}, at=NOON
        )
    with desk_scope(matter.desk):
        assert not Draft.objects.exists()


def test_old_drafts_are_deleted_and_newer_ones_kept(rocket: Cast, matter: Cast) -> None:
    now = timezone.now()
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            for days in (29, 31):
                Draft.objects.create(
                    desk=cast.desk,
                    user=cast.analyst.user,
                    place=f"/{days}/",
                    updated_at=now - timedelta(days=days),
                )
    assert sweep_old_drafts() == 2
    assert sweep_old_drafts() == 0
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert Draft.objects.get().place == "/29/"


def test_erasing_a_person_deletes_their_drafts_and_their_address_in_others(
    in_rocket: Cast,
) -> None:
    words = {"body": [f"Tell {in_rocket.customer.email} about it"]}
    for user in (in_rocket.customer.user, in_rocket.analyst.user, in_rocket.lead.user):
        save_draft(desk=in_rocket.desk, user=user, place="/a/", fields=words, at=NOON)
    went = erase_person(
        desk=in_rocket.desk, contact=in_rocket.customer, by=in_rocket.admin, at=NOON
    )
    assert went["drafts"] == 1
    in_rocket.lead.is_active = False
    in_rocket.lead.save()
    went = erase_agent(desk=in_rocket.desk, agent=in_rocket.lead, by=in_rocket.admin, at=NOON)
    assert went["drafts"] == 1
    left = Draft.objects.get()
    assert left.user == in_rocket.analyst.user
    assert left.fields == {"body": ["Tell [erased] about it"]}
