"""What a mail server gets of a reply: the greeting, the text, the signature, and the design."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import lxml.html
import pytest
from django.conf import settings as project

from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail
from helpdesk.host_name import use_own_host_name
from tests.cast import NOON, Cast
from tests.channels_intake.test_too_large import Server
from tickets.services import reply

RunMail = Callable[..., None]
TEXT = "Set this:\n\n    server:\n        port:  8080\n\n\tmake all"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "channels_intake.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    use_own_host_name("https://hilfe.müller.example:8443")
    yield server
    use_own_host_name(project.SITE_URL)
    server.close()


def send_reply(cast: Cast, run_mail: RunMail, server: Server) -> tuple[EmailMessage, OutgoingEmail]:
    with desk_scope(cast.desk):
        cast.analyst.signature = "Ana Souza\nTel. 123"
        cast.analyst.save()
        ticket = cast.open_ticket()
        reply(ticket_id=ticket.pk, agent=cast.analyst, text=TEXT, at=NOON)
    run_mail(cast.desk)
    with desk_scope(cast.desk):
        row = OutgoingEmail.objects.get(ticket=ticket, kind="reply")
    raw = next(text for text in reversed(server.received) if b"Ana Souza" in text)
    return message_from_bytes(raw, policy=policy.default), row  # type: ignore[arg-type]


def test_the_server_is_greeted_with_the_host_of_the_site(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    send_reply(rocket, run_mail, server)
    greetings = [line for line in server.heard if line.upper().startswith(("EHLO", "HELO"))]
    assert greetings == ["ehlo hilfe.xn--mller-kva.example"]


def test_indentation_arrives_and_the_signature_is_below_its_mark(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    sent, row = send_reply(rocket, run_mail, server)
    plain = sent.get_body(["plain"])
    assert plain is not None
    text = plain.get_content().replace("\r\n", "\n")
    assert TEXT in text
    assert text.count("\n-- \n") == 1  # with its blank (RFC 3676, 4.3)
    above, below = text.split("\n-- \n")
    assert TEXT in above
    assert below.startswith("Ana Souza\nTel. 123\n\n")
    assert text == row.body_text


def test_the_html_has_a_viewport_a_dark_mode_and_the_indentation(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    sent, row = send_reply(rocket, run_mail, server)
    html = sent.get_body(["html"])
    assert html is not None
    page = lxml.html.document_fromstring(html.get_content())
    [viewport] = page.xpath("//meta[@name='viewport']/@content")
    assert "width=device-width" in viewport
    [scheme] = page.xpath("//meta[@name='color-scheme']/@content")
    assert scheme == "light dark"
    assert "@media (prefers-color-scheme: dark)" in row.body_html
    shown = page.text_content().replace("\xa0", " ")
    assert "        port:  8080" in shown
