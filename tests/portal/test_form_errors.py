"""A form with errors keeps what was typed and names the files to attach again."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tickets.models import Ticket

URL = "/rocket/portal/requests/new/"


def test_everything_typed_is_kept(in_rocket: Cast, as_customer: Client, request_form) -> None:
    typed = request_form(subject="", description="A <long> story", cc="ann@acme.example, nonsense")
    answer = as_customer.post(URL, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A &lt;long&gt; story" in page
    assert "ann@acme.example, nonsense" in page
    assert "t a valid email address: nonsense." in page
    checked = page.partition(f'value="{in_rocket.priorities["High"].pk}"')[2].partition(">")[0]
    assert "checked" in checked
    assert not Ticket.objects.exists()


def test_lost_files_are_named(as_customer: Client, request_form) -> None:
    answer = as_customer.post(
        URL, request_form(subject="", files=SimpleUploadedFile("trace <1>.log", b"x"))
    )
    assert "Choose this file again: trace 1.log." in answer.content.decode()


def test_files_that_are_too_large_are_refused_by_name(
    settings, as_customer: Client, request_form
) -> None:
    settings.MAX_ATTACHMENT_BYTES = 1000
    files = [
        SimpleUploadedFile("small.log", b"x" * 10),
        SimpleUploadedFile("dump.bin", b"x" * 1000),
    ]
    answer = as_customer.post(URL, request_form(files=files))
    assert answer.status_code == 422
    assert "the largest is dump.bin" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_too_many_addresses_are_refused(as_customer: Client, request_form) -> None:
    cc = ",".join(f"p{n}@acme.example" for n in range(11))
    answer = as_customer.post(URL, request_form(cc=cc))
    assert "The limit is 10." in answer.content.decode()


def test_an_empty_reply_is_refused(in_rocket: Cast, as_customer: Client) -> None:
    ticket = in_rocket.open_ticket()
    answer = as_customer.post(
        f"/rocket/portal/requests/{ticket.number}/answers/", {"form_token": "t", "body": "  "}
    )
    assert answer.status_code == 422
    assert "Write a reply or attach a file." in answer.content.decode()
