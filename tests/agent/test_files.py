"""Files: downloads that cannot become a page of ours, and our own previews."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.previews import make_previews
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Ticket
from tickets.services import add_note


def keep(cast: Cast, ticket: Ticket, file: NewFile) -> Attachment:
    with inside(cast):
        return add_note(
            ticket_id=ticket.pk, agent=cast.analyst, text="", files=(file,), at=NOON
        ).attachments.get()


def path(file: Attachment) -> str:
    return f"/rocket/agent/files/{file.pk}/"


def test_a_strangers_page_is_a_download_in_a_sandbox(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    file = keep(
        rocket, ticket, NewFile("Übersicht; x.html", "text/html", b"<script>alert(1)</script>")
    )
    response = client.get(path(file))
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert (
        response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9Cbersicht%3B%20x.html"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert set(response["Content-Security-Policy"].split("; ")) == {"default-src 'none'", "sandbox"}
    assert response["Cache-Control"] == "no-store"


def test_an_image_is_shown_from_our_own_encoding(
    rocket: Cast, client: Client, ticket: Ticket, png: bytes
) -> None:
    file = keep(rocket, ticket, NewFile("shot.png", "image/svg+xml", png + b"<script>"))
    with inside(rocket):
        make_previews()
    response = client.get(f"{path(file)}?preview=1")
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\x89PNG")
    assert b"<script>" not in content
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert "sandbox" in response["Content-Security-Policy"]


def test_what_is_no_image_has_no_preview(rocket: Cast, client: Client, ticket: Ticket) -> None:
    file = keep(rocket, ticket, NewFile("x.svg", "image/png", b"<svg onload=alert(1)>"))
    assert client.get(f"{path(file)}?preview=1").status_code == 404


@pytest.mark.parametrize("is_known", [True, False])
def test_a_missing_file_says_so(
    rocket: Cast, client: Client, ticket: Ticket, is_known: bool
) -> None:
    file = keep(rocket, ticket, NewFile("x.txt", "text/plain", b"x"))
    with inside(rocket):
        Attachment.objects.filter(pk=file.pk).update(file="" if is_known else "gone/for/good")
    response = client.get(path(file))
    assert response.status_code == 404
    assert "This file is missing" in response.content.decode()


def test_strangers_find_no_file(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    file = keep(rocket, ticket, NewFile("x.txt", "text/plain", b"x"))
    assert sign_in(matter.analyst.user).get(path(file)).status_code == 404
    assert (
        sign_in(matter.analyst.user).get(path(file).replace("rocket", "matter")).status_code == 404
    )
    assert sign_in(rocket.customer.user).get(path(file)).status_code == 404
    assert Client().get(path(file)).status_code == 302
    assert sign_in(rocket.observer.user).get(path(file)).status_code == 200
