"""manage.py receive_email: a raw email from a file or a mail server's pipe."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts.tenancy import desk_scope
from channels_intake.models import InboundState
from helpdesk.management.commands import receive_email
from tests.cast import Cast
from tests.channels_intake.conftest import all_inbound, make_mail
from tickets.models import Ticket


def test_a_file_becomes_a_ticket_that_is_named(rocket: Cast, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())

    output = io.StringIO()
    call_command("receive_email", str(file), stdout=output)

    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.contact == rocket.customer
        assert output.getvalue() == f"On a ticket: {ticket.reference}\n"


def test_a_held_mail_is_reported_with_its_reason(rocket: Cast, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())

    output = io.StringIO()
    call_command("receive_email", str(file), sender="", stdout=output)

    (inbound,) = all_inbound()
    assert inbound.explanation
    assert output.getvalue() == f"Quarantined: {inbound.explanation}\n"


def test_standard_input_with_the_servers_recipient_becomes_a_ticket_there(
    rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(make_mail())))

    call_command(
        "receive_email", "-", recipient="support@matter.example", sender="customer@acme.example"
    )

    with desk_scope(matter.desk):
        assert Ticket.objects.count() == 1
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()


def test_an_empty_sender_is_a_delivery_report(rocket: Cast, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())

    call_command("receive_email", str(file), sender="")

    (inbound,) = all_inbound()
    assert inbound.automatic == "bounce"
    assert inbound.state == InboundState.QUARANTINED


def test_an_unavailable_database_makes_the_mail_server_retry(
    rocket: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**kwargs: object) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr(receive_email, "store_inbound", away)
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())

    with pytest.raises(CommandError) as refused:
        call_command("receive_email", str(file))
    assert refused.value.returncode == 75


def test_a_database_that_goes_away_after_storing_makes_no_duplicate(
    rocket: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**kwargs: object) -> None:
        raise OperationalError("lost")

    monkeypatch.setattr(receive_email, "process_inbound", away)
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())

    call_command("receive_email", str(file))

    assert [row.state for row in all_inbound()] == [InboundState.RECEIVED]
