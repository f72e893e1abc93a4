"""Submitting a request in the portal (M86-M96)."""

from __future__ import annotations

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Contact
from tests.cast import Cast
from tests.portal.conftest import user_of
from tickets.models import Attachment, Channel, FieldKind, FormField, Ticket

URL = "/rocket/portal/requests/new/"


def test_a_request_becomes_a_ticket_of_the_customer(
    in_rocket: Cast, as_customer: Client, request_form
) -> None:
    answer = as_customer.post(URL, request_form())
    ticket = Ticket.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/rocket/portal/requests/{ticket.number}/"
    assert (ticket.contact, ticket.account) == (in_rocket.customer, in_rocket.account)
    assert (ticket.priority.name, ticket.channel) == ("High", Channel.WEB)
    assert ticket.messages.get().body_text == "Every call drops after a minute."
    assert not ticket.is_unverified


def test_the_priorities_are_shown_with_their_definitions(
    in_rocket: Cast, as_customer: Client
) -> None:
    high = in_rocket.priorities["High"]
    high.definition = "No work is possible <b>and</b> there is no workaround."
    high.save()
    page = as_customer.get(URL).content.decode()
    assert "No work is possible &lt;b&gt;and&lt;/b&gt; there is no workaround." in page
    assert "not a time to resolution" in page


def test_people_without_a_plan_read_of_none(in_rocket: Cast, as_customer: Client, sign_in) -> None:
    sentence = "Your plan sets a first-response time"
    assert sentence in as_customer.get(URL).content.decode()
    page = sign_in(user_of(in_rocket.stranger)).get(URL).content.decode()
    assert sentence not in page
    assert "not a time to resolution" not in page


def test_browsers_ask_for_a_priority_before_they_upload_files(as_customer: Client) -> None:
    form = lxml.html.fromstring(as_customer.get(URL).content)
    choices = form.xpath('//input[@name="priority"]')
    assert len(choices) == 3
    assert all("required" in choice.attrib for choice in choices)


def test_files_come_with_the_request(as_customer: Client, request_form) -> None:
    files = [SimpleUploadedFile("a.log", b"one"), SimpleUploadedFile("../../b.png", b"two")]
    as_customer.post(URL, request_form(files=files))
    assert [a.name for a in Attachment.objects.all()] == ["a.log", "b.png"]


def test_addresses_in_cc_become_followers_only(
    in_rocket: Cast, as_customer: Client, request_form
) -> None:
    cc = f"Ann <ann@acme.example>, BOB@other.example\nann@acme.example; {in_rocket.customer.email}"
    as_customer.post(URL, request_form(cc=cc))
    named = Ticket.objects.get().participants.values_list("contact__email", "contact__account")
    assert sorted(named) == [("ann@acme.example", None), ("bob@other.example", None)]
    assert Contact.objects.get(email="bob@other.example").user is None


def test_the_desks_own_fields_are_shown_and_stored(
    in_rocket: Cast, as_customer: Client, request_form
) -> None:
    desk = in_rocket.desk
    FormField.objects.create(
        desk=desk,
        key="category",
        label="Category",
        kind=FieldKind.SELECT,
        choices=["Calls", "Login"],
    )
    FormField.objects.create(desk=desk, key="version", label="Server version", is_required=True)
    guide = "See https://docs.example/guide <script>"
    FormField.objects.create(desk=desk, key="description", label="-", help_text=guide)
    page = as_customer.get(URL).content.decode()
    assert "Server version" in page
    assert '<a href="https://docs.example/guide" rel="nofollow">' in page
    assert "<script>" not in page.partition("<main")[2]
    assert as_customer.post(URL, request_form()).status_code == 422
    as_customer.post(URL, request_form(own_category="Calls", own_version="7.1"))
    ticket = Ticket.objects.get()
    assert ticket.fields == {"category": "Calls", "version": "7.1"}
    assert "7.1" in as_customer.get(f"/rocket/portal/requests/{ticket.number}/").content.decode()


def test_another_desks_priority_is_refused(matter: Cast, as_customer: Client, request_form) -> None:
    foreign = matter.priorities["Urgent"].pk
    answer = as_customer.post(URL, request_form(priority=foreign))
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_nul_bytes_are_harmless(as_customer: Client, request_form) -> None:
    answer = as_customer.post(URL, request_form(subject="a\x00b", description="c\x00d"))
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_the_desks_own_addresses_in_cc_are_refused_beside_the_field(
    in_rocket: Cast, as_customer: Client, request_form
) -> None:
    agent = in_rocket.analyst.user.email
    for own in (in_rocket.mailbox.address, agent.upper(), "support+abc@rocket.example"):
        answer = as_customer.post(URL, request_form(cc=f"ann@acme.example, {own}"))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert f"{own.lower()} belongs to the support team" in page
        assert "ann@acme.example" in page  # what was typed is kept
    assert not Ticket.objects.exists()


def test_another_desks_addresses_can_be_added_in_cc(
    in_rocket: Cast, matter: Cast, as_customer: Client, request_form
) -> None:
    assert as_customer.post(URL, request_form(cc=matter.mailbox.address)).status_code == 303
