"""On a full or read-only disk people read a sentence, keep what they typed, and no mail is lost."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from accounts.tenancy import desk_scope
from channels_intake.incoming.missing_files import restore_files
from channels_intake.models import InboundMessage, InboundState
from helpdesk.body_limits import BodyLimit
from helpdesk.errors import lacks_room, refuse_without_room
from helpdesk.handler import PageHandler
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail, take_in  # noqa: F401 (a fixture)
from tests.full_disk import SmallDisk
from tests.portal.conftest import as_customer, request_form  # noqa: F401 (fixtures)
from tickets.models import Attachment, Draft, Message, Note, Ticket

TakeIn = Callable[..., InboundMessage]
CONTENT = bytes(64 * 1024)
SAID = "couldn&#x27;t be stored. Try again later, or send this without it."


@pytest.fixture
def full(small_disk: SmallDisk, settings: Any) -> SmallDisk:
    """A full disk with the folder of attachments."""
    settings.MEDIA_ROOT = small_disk.folder / "files"
    small_disk.fill(spare=32 * 1024)
    return small_disk


def files() -> list[SimpleUploadedFile]:
    return [
        SimpleUploadedFile("small.log", b"one line", "text/plain"),
        SimpleUploadedFile("trace.log", CONTENT, "text/plain"),
    ]


def list_stored(disk: SmallDisk) -> list[str]:
    return [path.name for path in (disk.folder / "files").rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_customers_request_and_reply_stay_in_the_form(
    in_rocket: Cast,
    as_customer: Client,  # noqa: F811
    request_form: Callable[..., dict[str, Any]],  # noqa: F811
    full: SmallDisk,
) -> None:
    url = "/rocket/portal/requests/new/"
    refused = as_customer.post(url, request_form(files=files()))
    page = refused.content.decode()
    assert refused.status_code == 507
    assert f"trace.log {SAID}" in page
    assert "Every call drops after a minute." in page
    assert not Ticket.objects.exists()
    assert list_stored(full) == [], "the first file is deleted again"

    ticket = in_rocket.open_ticket()
    url = f"/rocket/portal/requests/{ticket.number}/answers/"
    reply = {"body": "Here is the trace.", "files": files(), "form_token": "t"}
    refused = as_customer.post(url, reply)
    assert refused.status_code == 507
    assert SAID in refused.content.decode()
    assert "Here is the trace." in refused.content.decode()
    assert not Message.objects.filter(body_text="Here is the trace.").exists()

    full.free()
    reply["files"] = files()
    assert as_customer.post(url, reply).status_code == 303
    assert Attachment.objects.get(name="trace.log").file.read() == CONTENT


@pytest.mark.django_db
def test_an_agents_note_stays_in_the_composer(
    rocket: Cast, sign_in: Callable[..., Client], full: SmallDisk
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    full.make_read_only()
    url = f"/rocket/agent/tickets/{ticket.number}/answers/"
    note = {"kind": "note", "body": "See the trace.", "files": files(), "form_token": "t"}
    refused = sign_in(rocket.analyst.user).post(url, note)
    assert refused.status_code == 422
    assert "couldn&#x27;t be stored" in refused.content.decode()
    assert "See the trace." in refused.content.decode()
    with desk_scope(rocket.desk):
        assert not Note.objects.exists()
        assert not Attachment.objects.exists()
        assert not Draft.objects.filter(fields__body="").exists()


@pytest.mark.django_db
def test_an_email_is_read_at_once_and_its_file_when_there_is_room(
    rocket: Cast,
    take_in: TakeIn,  # noqa: F811
    full: SmallDisk,
) -> None:
    inbound = take_in(make_mail(files=[("trace.log", CONTENT)]))
    assert inbound.state == InboundState.PROCESSED
    with desk_scope(rocket.desk):
        assert "nothing works" in Message.objects.get().body_text
        assert Attachment.objects.get().is_missing
    assert not restore_files(inbound.pk, at=NOON + timedelta(minutes=5))
    full.free()
    assert restore_files(inbound.pk, at=NOON + timedelta(hours=2))
    with desk_scope(rocket.desk):
        assert Attachment.objects.get().file.read() == CONTENT


def post(path: str, disk: SmallDisk, size: int) -> tuple[int, dict[bytes, bytes], bytes]:
    """Post a body to the application whose temporary folder is on a disk."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": bytes(size), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", b"application/octet-stream")]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    scope |= {"query_string": b"", "root_path": "", "scheme": "http", "client": ("127.0.0.1", 1)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(disk.folder))
        asyncio.run(BodyLimit(PageHandler())(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def test_a_large_body_without_room_is_refused_so_that_providers_repeat_it(
    small_disk: SmallDisk,
) -> None:
    small_disk.fill(spare=8 * 1024)
    status, headers, body = post("/inbound/postmark/", small_disk, 3 * 1024 * 1024)
    assert (status, headers[b"content-type"]) == (507, b"text/plain; charset=utf-8")
    assert b"The server can't save anything right now" in body
    assert headers[b"retry-after"] == b"120"


def test_a_program_gets_a_problem_and_a_browser_a_page() -> None:
    error = OSError(28, "No space left on device")
    assert lacks_room(error)
    assert not lacks_room(OSError(2, "No such file or directory"))
    refused = refuse_without_room(RequestFactory().get("/rocket/api/v1/tickets/"), error)
    assert refused.status_code == 507
    assert json.loads(refused.content)["detail"].startswith("The server can't save anything")
    assert refused["Content-Type"] == "application/problem+json"
    page = refuse_without_room(RequestFactory().get("/rocket/"), error).content.decode()
    assert "<h1>The server is out of space</h1>" in page
    assert "copy your text, and try again later" in page
