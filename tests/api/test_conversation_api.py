"""Messages, notes and files through the API: paged, uploaded first, downloaded by their readers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agent, AuditEntry
from accounts.tenancy import desk_scope
from accounts.tokens.service_accounts import create_service_account
from tests.cast import NOON, Cast
from tests.tokens.programs import make_program, make_token
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Draft, Message, Note, PendingReply, Ticket, UnsentFile
from tickets.replies.uploads import MAX_UPLOADS
from tickets.services import add_note, reply
from tickets.services.drafts import KEPT, delete_old_drafts

API = "/rocket/api/v1/"
LOG = NewFile("server.log", "text/plain", b"no space left")


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


def send(client: Client, path: str, **given: Any) -> Any:
    return client.post(f"{API}{path}", given, content_type="application/json")


def upload(client: Client, name: str = "a.txt", content: bytes = b"text") -> Any:
    return client.post(f"{API}uploads/", {"file": SimpleUploadedFile(name, content)})


def read_all(client: Client, url: str) -> list[dict[str, Any]]:
    """Return the rows of all pages of a list."""
    found: list[dict[str, Any]] = []
    following: str | None = f"{API}{url}"
    while following:
        page = client.get(following).json()
        found, following = [*found, *page["results"]], page["next"]
    return found


def read_content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_messages_are_paged_with_authors_and_files(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket(files=(LOG,))
    for n in range(60):
        at = NOON + timedelta(minutes=n)
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text=f"Reply {n}", at=at)
    found = read_all(as_analyst, f"tickets/{ticket.number}/messages/")
    assert [one["body_text"] for one in found[1:]] == [f"Reply {n}" for n in range(60)]
    customer, agent = in_rocket.customer, in_rocket.analyst
    assert found[0]["author"] == {
        "kind": "contact", "id": customer.pk, "name": str(customer), "email": customer.email,
    }  # fmt: skip
    assert found[1]["author"] == {"kind": "agent", "id": agent.pk, "name": agent.name}
    (file,) = found[0]["attachments"]
    assert (file["name"], file["size"]) == ("server.log", len(LOG.content))
    one = as_analyst.get(f"{API}tickets/{ticket.number}/messages/{found[0]['id']}/")
    assert one.json() == found[0]


def test_more_messages_and_notes_cost_no_statement_more(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket, counts = in_rocket.open_ticket(files=(LOG,)), []
    for _ in range(2):
        add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hm", at=NOON, files=(LOG,))
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Yes", at=NOON, files=(LOG,))
        for path in ("messages", "notes"):
            as_analyst.get(f"{API}tickets/{ticket.number}/{path}/")
        with CaptureQueriesContext(connection) as captured:
            for path in ("messages", "notes"):
                as_analyst.get(f"{API}tickets/{ticket.number}/{path}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_upload_becomes_the_attachment_of_a_reply_once(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    uploaded = upload(as_analyst, "../../etc/passwd", b"root").json()
    assert (uploaded["name"], uploaded["size"]) == ("passwd", 4)
    path = f"tickets/{ticket.number}/messages/"
    answer = send(as_analyst, path, text="", uploads=[uploaded["id"]], then="")
    assert answer.status_code == 201, answer.json()
    (file,) = answer.json()["attachments"]
    assert (file["name"], UnsentFile.objects.count()) == ("passwd", 0)
    again = send(as_analyst, path, text="Again", uploads=[uploaded["id"]])
    assert (again.status_code, again.json()["errors"][0]["detail"][:13]) == (400, "These uploads")
    # What is refused takes nothing.
    kept = upload(as_analyst).json()["id"]
    stale = send(as_analyst, path, text="Late", uploads=[kept], last_seen_message=1)
    assert stale.status_code == 409
    assert list(UnsentFile.objects.values_list("pk", flat=True)) == [kept]
    noted = send(as_analyst, f"tickets/{ticket.number}/notes/", text="See file", uploads=[kept])
    assert noted.json()["attachments"][0]["name"] == "a.txt"
    opened = send(
        as_analyst,
        "tickets/",
        contact={"email": in_rocket.customer.email},
        subject="Log",
        text="Attached",
        uploads=[upload(as_analyst).json()["id"]],
        followers=["boss@acme.example"],
    )
    assert opened.status_code == 201, opened.json()
    new = Ticket.objects.get(number=opened.json()["number"])
    assert Attachment.objects.filter(message__ticket=new).count() == 1
    assert new.participants.get().contact.email == "boss@acme.example"


def test_uploads_have_limits_and_belong_to_one_person(
    in_rocket: Cast, matter: Cast, as_analyst: Client, sign_in: Any
) -> None:
    mine = upload(as_analyst).json()["id"]
    colleague = sign_in(in_rocket.colleague.user)
    ticket = in_rocket.open_ticket()
    for client, expected in (
        (colleague, 400),
        (sign_in(matter.analyst.user), 404),
        (sign_in(in_rocket.observer.user), 403),
    ):
        stolen = send(client, f"tickets/{ticket.number}/notes/", text="x", uploads=[mine])
        assert stolen.status_code == expected
        status = client.delete(f"{API}uploads/{mine}/").status_code
        assert status == (404 if expected == 400 else expected)
    assert as_analyst.post(f"{API}uploads/").status_code == 400
    with override_settings(MAX_ATTACHMENT_BYTES=3):
        assert upload(as_analyst).status_code == 400
    for _ in range(MAX_UPLOADS - 1):
        assert upload(as_analyst).status_code == 201
    assert upload(as_analyst).status_code == 409
    assert as_analyst.delete(f"{API}uploads/{mine}/").status_code == 204
    too_many = list(UnsentFile.objects.values_list("pk", flat=True)[:11])
    assert send(
        as_analyst, f"tickets/{ticket.number}/notes/", text="x", uploads=too_many
    ).status_code == 400  # fmt: skip
    delete_old_drafts(desk_id=in_rocket.desk.pk, at=timezone.now() + KEPT + timedelta(days=1))
    assert not Draft.objects.exists()
    assert not UnsentFile.objects.exists()


def test_a_file_is_downloaded_with_a_session_or_by_a_signed_link(
    in_rocket: Cast, as_analyst: Client, sign_in: Any
) -> None:
    ticket = in_rocket.open_ticket(files=(LOG,))
    file = Attachment.objects.get(message__ticket=ticket)
    path = f"{API}attachments/{file.pk}/"
    assert as_analyst.get(path).json()["sha256"] == file.sha256
    answer = as_analyst.get(f"{path}content/")
    assert read_content(answer) == LOG.content
    assert answer["Content-Disposition"].startswith("attachment")
    link = as_analyst.get(f"{path}link/").json()["url"]
    visitor = Client()
    assert read_content(visitor.get(link)) == LOG.content
    other = in_rocket.open_ticket(files=(LOG,))
    elsewhere = Attachment.objects.get(message__ticket=other).pk
    for forged in (
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link.replace(f"attachments/{file.pk}/", f"attachments/{elsewhere}/"),
        f"{path}content/",
    ):
        assert visitor.get(forged).status_code == 401, forged
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    assert visitor.get(link).status_code == 401


def test_a_service_account_gets_signed_links_too(in_rocket: Cast) -> None:
    in_rocket.open_ticket(files=(LOG,))
    account = create_service_account(
        desk=in_rocket.desk, name="Scanner", role="analyst", departments=(), by=in_rocket.admin.user
    )
    program = make_program(make_token(in_rocket.desk, account)[1])
    path = f"{API}attachments/{Attachment.objects.get().pk}/"
    link = program.get(f"{path}link/").json()["url"]
    assert read_content(Client().get(link)) == LOG.content


def test_an_admins_download_is_in_the_audit_log(in_rocket: Cast, sign_in: Any) -> None:
    ticket = in_rocket.open_ticket(files=(LOG,))
    file = Attachment.objects.get(message__ticket=ticket)
    client = sign_in(in_rocket.admin.user)
    link = client.get(f"{API}attachments/{file.pk}/link/").json()["url"]
    for reader in (client, Client()):
        assert read_content(reader.get(link)) == LOG.content
    assert AuditEntry.objects.filter(action="viewed").count() == 2


def test_files_of_hidden_tickets_and_other_desks_are_not_there(
    rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket(files=(LOG,))
        foreign = Attachment.objects.get().pk
    client = sign_in(rocket.admin.user)
    for path in ("", "content/", "link/"):
        assert client.get(f"{API}attachments/{foreign}/{path}").status_code == 404


def test_a_reply_is_scheduled(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    at = (timezone.now() + timedelta(days=1)).isoformat()
    file = upload(as_analyst).json()["id"]
    path = f"tickets/{ticket.number}/messages/"
    planned = send(as_analyst, path, text="Later", send_at=at, uploads=[file])
    assert (planned.status_code, planned.json()["is_scheduled"]) == (202, True)
    assert PendingReply.objects.get().files.count() == 1
    assert send(as_analyst, path, text="Past", send_at=NOON.isoformat()).status_code == 400


def test_notes_are_pinned_and_get_reactions(
    in_rocket: Cast, as_analyst: Client, sign_in: Any
) -> None:
    ticket = in_rocket.open_ticket()
    path = f"tickets/{ticket.number}/notes/"
    noted = send(as_analyst, path, text=f"@{in_rocket.colleague.name} look").json()
    assert [one["id"] for one in noted["mentions"]] == [in_rocket.colleague.pk]
    one = f"{API}{path}{noted['id']}/"
    assert as_analyst.put(f"{one}pin/").json()["is_pinned"]
    liked = as_analyst.put(f"{one}reactions/thanks/").json()["reactions"]
    assert [(each["agent"]["id"], each["kind"]) for each in liked] == [
        (in_rocket.analyst.pk, "thanks")
    ]
    assert as_analyst.put(f"{one}reactions/nothing/").status_code == 404
    assert as_analyst.delete(f"{one}reactions/thanks/").json()["reactions"] == []
    assert not as_analyst.delete(f"{one}pin/").json()["is_pinned"]
    other = in_rocket.open_ticket()
    assert as_analyst.get(f"{API}tickets/{other.number}/notes/{noted['id']}/").status_code == 404
    observer = sign_in(in_rocket.observer.user)
    assert observer.get(one).status_code == 200
    assert observer.put(f"{one}pin/").status_code == 403
    assert (Note.objects.count(), Message.objects.filter(agent__isnull=False).count()) == (1, 0)


def test_only_a_failed_message_is_sent_again(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    said = reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Yes", at=NOON)
    path = f"tickets/{ticket.number}/messages/{said.pk}/deliveries/"
    for by, status in (("email", 409), ("channel", 409), ("pigeon", 400)):
        assert send(as_analyst, path, by=by).status_code == status, by
