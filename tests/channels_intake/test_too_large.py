"""An email that the mail server finds too large goes without its files and links to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from accounts.privacy.scrubbing import MARK
from accounts.tenancy import desk_scope
from channels_intake.models import MailKind, MailState, OutgoingEmail
from channels_intake.outgoing import oversize
from channels_intake.outgoing.errors import TOO_LARGE
from tests.cast import NOON, Cast
from tests.channels_intake.test_refusals import Server as Refusing
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import (
    Attachment,
    SideConversation,
    SideParticipant,
    Ticket,
    TicketEvent,
)
from tickets.services import add_participant, remove_participant, reply
from tickets.side_conversations.people import add_people, remove_person
from tickets.side_conversations.writing import start_side
from tickets.timeline import describe_event

RunMail = Callable[..., None]
LOG = NewFile("server.log", "text/plain", b"x" * 50_000)
SOON = timedelta(minutes=1)
LINK = re.compile(r"http[^\s\"<>]+/files/[^/\s\"<>]+/")


class Server(Refusing):
    """A server that announces a size, or refuses large emails when it has read them."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[bytes] = []

    def end_data(self, text: bytes) -> str:
        if len(text) > 40_000:
            return "552 5.2.3 Message length exceeds administrative limit"
        self.received.append(text)
        return "250 fine"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "channels_intake.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


def send_files(cast: Cast, run_mail: RunMail, **more: Any) -> OutgoingEmail:
    with desk_scope(cast.desk):
        ticket = cast.open_ticket(**more)
        if not more:
            add_participant(
                ticket_id=ticket.pk,
                contact=cast.customer_colleague,
                by=Actor.of(cast.analyst),
                at=NOON,
            )
        reply(ticket_id=ticket.pk, agent=cast.analyst, text="See the log.", files=(LOG,), at=NOON)
    run_mail(cast.desk)
    with desk_scope(cast.desk):
        mails = OutgoingEmail.objects.filter(ticket=ticket, kind=MailKind.REPLY)
        return mails.select_related("ticket__desk").order_by("pk")[0]


def read_link(server: Server) -> str:
    raw = next(text for text in reversed(server.received) if b"See the log" in text)
    sent = message_from_bytes(raw, policy=policy.default)
    assert not list(sent.iter_attachments())
    texts = [sent.get_body([kind]).get_content() for kind in ("plain", "html")]
    [link] = {found for text in texts for found in LINK.findall(text)}
    assert all("server.log" in text and "See the log." in text for text in texts)
    return link.removeprefix("http://testserver")


def test_it_goes_at_once_with_a_link_that_needs_no_sign_in(
    rocket: Cast, run_mail: RunMail, server: Server, client: Client
) -> None:
    sizes = {"announced": "250-fine\r\n250 SIZE 40000", "after the text": ""}
    for number, hello in enumerate(sizes.values(), start=1):
        server.replies = {"EHLO": hello} if hello else {}
        mail = send_files(rocket, run_mail)
        assert (mail.state, mail.attempts, mail.is_without_files) == (MailState.SENT, 1, True)
        link = read_link(server)
        page = client.get(link)
        assert page.status_code == 200
        assert "server.log" in page.content.decode()
        assert mail.ticket.reference not in page.content.decode()
        [url] = re.findall(rf'href="({link}\d+/)"', page.content.decode())
        file = client.get(url)
        assert b"".join(file.streaming_content) == LOG.content
        assert file["Content-Disposition"].startswith("attachment")
        with desk_scope(rocket.desk):
            events = TicketEvent.objects.filter(kind="mail.sent", data__mail=mail.pk)
            assert "links to them" in describe_event(events.get(), rocket.desk)
            assert not TicketEvent.objects.filter(kind="mail.failed").exists()
            assert Ticket.objects.count() == number


def test_third_parties_get_a_link_too(
    rocket: Cast, run_mail: RunMail, server: Server, client: Client
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        start_side(
            ticket_id=ticket.pk,
            agent=rocket.analyst,
            emails=["ops@vendor.example"],
            subject="A log",
            text="See the log.",
            files=(LOG,),
            at=NOON,
        )
        side = SideConversation.objects.get()
        given: dict[str, Any] = {"side_id": side.pk, "agent": rocket.analyst, "at": NOON + SOON}
        add_people(emails=["later@vendor.example"], **given)
    run_mail(rocket.desk)
    link = read_link(server)
    assert "server.log" in client.get(link).content.decode()
    sent = next(text for text in server.received if b"See the log" in text)
    assert b"later@vendor.example" not in sent  # gets the next message, and isn't named in this one
    with desk_scope(rocket.desk):
        first = SideParticipant.objects.get(email="ops@vendor.example")
        remove_person(person_id=first.pk, **given)
    assert client.get(link).status_code == 404


def test_an_email_that_was_erased_while_it_was_sent_stays_erased(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    mail = send_files(rocket, run_mail)
    with desk_scope(rocket.desk):
        erased = {"state": MailState.FAILED, "body_text": MARK, "is_without_files": False}
        OutgoingEmail.objects.filter(pk=mail.pk).update(**erased)
        mail.is_without_files = False  # as the worker has read it before
        assert not oversize.leave_files_out(mail)
        assert OutgoingEmail.objects.get(pk=mail.pk).body_text == MARK


def test_a_link_ends_with_its_time_its_recipient_and_its_desk(
    rocket: Cast, matter: Cast, run_mail: RunMail, server: Server, client: Client
) -> None:
    send_files(rocket, run_mail)
    link = read_link(server)  # of the follower, whose email came last
    assert client.get(link).status_code == 200
    assert client.get(link.replace("/rocket/", "/matter/")).status_code == 404
    token = link.split("/")[-2]
    changed = f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}"
    assert client.get(link.replace(token, changed)).status_code == 404
    forged = signing.dumps(1, salt="channels_intake.outgoing.oversize:0")
    assert client.get(f"/rocket/files/{forged}/").status_code == 404
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        other = rocket.open_ticket()
        reply(ticket_id=other.pk, agent=rocket.analyst, text="Mine.", files=(LOG,), at=NOON)
        foreign = Attachment.objects.latest("pk")
    assert client.get(f"{link}{foreign.pk}/").status_code == 404
    with desk_scope(rocket.desk):
        remove_participant(
            ticket_id=ticket.pk,
            contact=rocket.customer_colleague,
            by=Actor.of(rocket.analyst),
            at=NOON,
        )
    assert client.get(link).status_code == 404


def test_a_link_expires(
    rocket: Cast, run_mail: RunMail, server: Server, client: Client, monkeypatch: Any
) -> None:
    send_files(rocket, run_mail)
    link = read_link(server)
    monkeypatch.setattr(oversize, "VALID", timedelta(seconds=-1))
    assert client.get(link).status_code == 404


def test_an_email_that_is_too_large_without_files_fails_with_a_sentence(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    server.replies = {"RCPT": "552 5.3.4 Too big"}
    mail = send_files(rocket, run_mail)
    assert (mail.state, mail.last_error) == (MailState.FAILED, TOO_LARGE)
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get(pk=mail.pk).attempts == 1
