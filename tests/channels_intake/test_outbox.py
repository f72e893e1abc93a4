"""The outbox backend writes files; selectors of email for the agents' pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, MailState, OutgoingEmail
from channels_intake.outgoing.outbox import get_outbox_path, read_outbox
from channels_intake.selectors import get_inbound_for_agent, group_by_message, list_quarantined
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.services import reply

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]


@pytest.fixture
def outbox(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "channels_intake.outgoing.outbox.EmailBackend"
    settings.OUTBOX_DIR = tmp_path / "outbox"
    return settings.OUTBOX_DIR


def test_a_mail_is_written_to_a_file_and_read_back(
    rocket: Cast, run_mail: RunMail, outbox: Path
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    run_mail(rocket.desk)

    with desk_scope(rocket.desk):
        row = OutgoingEmail.objects.get()
    content = read_outbox(row)
    assert content is not None
    assert f"Message-ID: <{row.rfc_message_id}>".encode() in content
    assert [path.suffix for path in outbox.iterdir()] == [".eml"]


def test_a_message_id_cannot_lead_out_of_the_outbox(outbox: Path) -> None:
    for message_id in ("<../../etc/passwd@x>", "<..>", "<>", "</etc/passwd>", "<a\x00b@x>"):
        assert get_outbox_path(message_id).resolve().parent == outbox.resolve()


def test_a_message_has_the_state_of_its_worst_mail(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(participants=[rocket.customer_colleague])
        message = reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Try.", at=NOON)
    run_mail(rocket.desk)

    with desk_scope(rocket.desk):
        mails = OutgoingEmail.objects.filter(message=message)
        assert group_by_message(mails)[message.pk].state == MailState.SENT
        mails.filter(contact=rocket.customer).update(state=MailState.FAILED)
        status = group_by_message(mails.all())[message.pk]
        assert status.state == MailState.FAILED
        assert len(status.mails) == 2


def test_a_stored_mail_is_visible_to_agents_of_the_desk_only(
    rocket: Cast, matter: Cast, take_in: TakeIn
) -> None:
    inbound = take_in(make_mail())

    with desk_scope(rocket.desk):
        assert get_inbound_for_agent(rocket.analyst, inbound.pk) == inbound
        with pytest.raises(InboundMessage.DoesNotExist):
            get_inbound_for_agent(matter.analyst, inbound.pk)
    with desk_scope(matter.desk), pytest.raises(InboundMessage.DoesNotExist):
        get_inbound_for_agent(matter.analyst, inbound.pk)


def test_the_quarantine_lists_the_desks_own_mail_only(
    rocket: Cast, matter: Cast, take_in: TakeIn
) -> None:
    mine = take_in(make_mail(Auto_Submitted="auto-replied"))
    take_in(make_mail(to="support@matter.example", Auto_Submitted="auto-replied"))

    with desk_scope(rocket.desk):
        assert list(list_quarantined(rocket.desk)) == [mine]
