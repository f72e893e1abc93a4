"""The page of a text file: escaped lines with numbers, for those who may download it."""

from __future__ import annotations

from django.test import Client

from tests.agent.conftest import SignIn
from tests.agent.test_files import keep, path
from tests.cast import Cast
from tickets.attachments.files import NewFile
from tickets.attachments.texts import MAX_LINE, MAX_LINES
from tickets.models import Attachment, Ticket


def make(cast: Cast, ticket: Ticket, content: bytes, name: str = "server.log") -> Attachment:
    return keep(cast, ticket, NewFile(name, "text/plain", content))


def test_a_log_is_shown_as_text_whatever_it_holds(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    content = "INFO start\n<script>alert(1)</script>\n\x1b[31m\u202ered".encode()
    file = make(rocket, ticket, content)
    response = client.get(f"{path(file)}text/")
    page = response.content.decode()
    assert response.context["lines"] == (
        "INFO start",
        "<script>alert(1)</script>",
        "\ufffd[31m\ufffdred",
    )
    assert '<li id="L2"><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></li>' in page
    assert "<script>alert" not in page
    assert "script-src" in response["Content-Security-Policy"]
    ticket_page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert f"{path(file)}text/" in ticket_page


def test_long_files_and_lines_show_their_beginning_and_say_so(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    for content in (b"x\n" * (MAX_LINES + 1), b"y" * (MAX_LINE + 1)):
        response = client.get(f"{path(make(rocket, ticket, content))}text/")
        assert len(response.context["lines"]) <= MAX_LINES
        assert "Only the beginning is shown" in response.content.decode()
    whole = client.get(f"{path(make(rocket, ticket, b'short'))}text/")
    assert "Only the beginning" not in whole.content.decode()
    empty = client.get(f"{path(make(rocket, ticket, b''))}text/")
    assert "This file is empty." in empty.content.decode()


def test_other_encodings_are_read_and_other_files_are_not(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    for content in ("Größe".encode("cp1252"), "Größe".encode("utf-16"), "\ufeffGröße".encode()):
        assert client.get(f"{path(make(rocket, ticket, content))}text/").context["lines"] == (
            "Größe",
        )
    for name, content in (("a.log", b"\x00\x01"), ("a.html", b"<p>"), ("a.png", b"x")):
        file = make(rocket, ticket, content, name)
        assert client.get(f"{path(file)}text/").status_code == 404


def test_outsiders_find_no_text(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    url = f"{path(make(rocket, ticket, b'x'))}text/"
    assert sign_in(matter.analyst.user).get(url).status_code == 404
    assert sign_in(matter.analyst.user).get(url.replace("rocket", "matter")).status_code == 404
    assert sign_in(rocket.customer.user).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert sign_in(rocket.observer.user).get(url).status_code == 200
