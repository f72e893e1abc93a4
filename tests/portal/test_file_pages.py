"""Pages of the portal that show a text file or a PDF of a public message."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Contact
from tests.cast import NOON, Cast
from tests.pdfs import make_pdf
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Ticket
from tickets.services import add_note

FILES = (
    NewFile("server.log", "text/plain", b"<script>alert(1)</script>"),
    NewFile("scan.pdf", "text/html", make_pdf(2)),
)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket(files=FILES)
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="x", files=FILES, at=NOON)
    return ticket


def sign_in(person: Contact) -> Client:
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    return client


def list_urls(*, of_note: bool) -> tuple[str, str, str]:
    text, pdf = Attachment.objects.filter(note__isnull=not of_note).order_by("pk")
    place = f"/rocket/portal/files/{pdf.pk}/pages/"
    return f"/rocket/portal/files/{text.pk}/text/", place, f"{place}2/"


def test_a_customer_reads_a_log_and_a_pdf(in_rocket: Cast, ticket: Ticket) -> None:
    customer, (text, pdf, page) = sign_in(in_rocket.customer), list_urls(of_note=False)
    conversation = customer.get(f"/rocket/portal/requests/{ticket.number}/").content.decode()
    assert f'href="{text}"' in conversation
    assert f'href="{pdf}"' in conversation
    shown = customer.get(text).content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in shown
    assert f'src="{page}"' in customer.get(pdf).content.decode()
    drawn = customer.get(page)
    assert drawn.content.startswith(b"\x89PNG")
    assert "sandbox" in drawn["Content-Security-Policy"]


def test_files_of_notes_and_of_others_are_not_there(
    in_rocket: Cast, matter: Cast, ticket: Ticket
) -> None:
    for url in list_urls(of_note=True):
        assert sign_in(in_rocket.customer).get(url).status_code == 404
    for url in list_urls(of_note=False):
        assert sign_in(in_rocket.elsewhere).get(url).status_code == 404
        assert sign_in(matter.customer).get(url).status_code == 404
        assert sign_in(matter.customer).get(url.replace("rocket", "matter")).status_code == 404
        assert Client().get(url).status_code == 302
