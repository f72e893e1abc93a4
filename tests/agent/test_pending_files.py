"""Whoever approves a reply can open its files first."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry
from tests.agent.conftest import SignIn, inside
from tests.agent.test_reply_approval import page_of, write
from tests.agent.test_scheduled_replies import in_days
from tests.cast import Cast
from tickets.models import PendingReply, Ticket, UnsentFile


def test_an_approver_opens_a_waiting_file_and_a_stranger_or_customer_does_not(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        rocket.analyst.needs_approval = True
        rocket.analyst.save()
        pending = write(client, ticket, files=SimpleUploadedFile("log.txt", b"lines"))
        file = UnsentFile.objects.get(reply=pending)
        url = get_url(rocket, ticket.number, file)
        other = rocket.open_ticket()
        lead, customer = sign_in(rocket.lead.user), sign_in(rocket.customer.user)
        assert f'href="{url}"' in lead.get(page_of(ticket)).content.decode()
        answer = lead.get(url)
        assert b"".join(answer.streaming_content) == b"lines"  # type: ignore[attr-defined]
        assert answer["Content-Disposition"] == 'attachment; filename="log.txt"'
        assert answer["Content-Type"] == "application/octet-stream"
        assert lead.get(get_url(rocket, other.number, file)).status_code == 404
        assert customer.get(url).status_code == 404
        sign_in(rocket.admin.user).get(url)
        assert AuditEntry.objects.filter(target=f"#{file.pk}").exists()
    stranger = sign_in(matter.lead.user)
    assert stranger.get(url).status_code == 404
    assert stranger.get(get_url(matter, ticket.number, file)).status_code == 404


def test_a_colleague_does_not_open_the_file_of_a_reply_that_can_still_be_undone(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = write(
            client, ticket, files=SimpleUploadedFile("log.txt", b"lines"), send_at=in_days(2)
        )
        url = get_url(rocket, ticket.number, pending.files.get())
        lead = sign_in(rocket.lead.user)
        assert (client.get(url).status_code, lead.get(url).status_code) == (200, 200)
        PendingReply.objects.update(is_scheduled=False)
        assert (client.get(url).status_code, lead.get(url).status_code) == (200, 404)


def get_url(cast: Cast, number: int, file: UnsentFile) -> str:
    return f"/{cast.desk.slug}/agent/tickets/{number}/pending-replies/files/{file.pk}/"
