"""manage.py receive_email: a raw email from a file or a mail server's pipe."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState, Mailbox
from helpdesk.management.commands import receive_email
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import all_inbound, make_mail
from tickets.models import Message, Ticket

ROOT = Path(__file__).resolve().parents[2]


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
        "receive_email", "-", recipient=["support@matter.example"], sender="customer@acme.example"
    )

    with desk_scope(matter.desk):
        assert Ticket.objects.count() == 1
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()


def test_an_empty_sender_is_a_delivery_report(rocket: Cast, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())

    for sender in ("", "<>", "MAILER-DAEMON", "mailer-daemon@mx.acme.example"):
        call_command("receive_email", str(file), sender=sender)

    assert [row.envelope_sender for row in all_inbound()] == ["<>"] * 4
    inbound = all_inbound()[0]
    assert inbound.automatic == "bounce"
    assert inbound.state == InboundState.QUARANTINED


def test_addresses_that_are_no_utf8_lose_no_email(rocket: Cast, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())
    odd = os.fsdecode(b"jos\xe9@acme.example")

    call_command("receive_email", str(file), sender=odd, recipient=["support@rocket.example", odd])

    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
    assert all_inbound()[1].envelope_recipient == "jos\ufffd@acme.example"


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


def test_a_failure_after_storing_makes_no_duplicate(
    rocket: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**kwargs: object) -> None:
        raise RuntimeError("lost")

    monkeypatch.setattr(receive_email, "process_inbound", away)
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())

    call_command("receive_email", str(file))

    assert [row.state for row in all_inbound()] == [InboundState.RECEIVED]


def test_several_recipients_make_one_ticket_at_each_desk(
    rocket: Cast, matter: Cast, tmp_path: Path
) -> None:
    with desk_scope(rocket.desk):
        Mailbox.objects.create(desk=rocket.desk, address="help@rocket.example", verified_at=NOON)
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())
    recipients = ["support@rocket.example", "help@rocket.example", "support@matter.example"]

    output = io.StringIO()
    for _delivery in range(2):  # a mail server may deliver to each address separately
        call_command("receive_email", str(file), "--recipient", *recipients[:2], stdout=output)
        call_command("receive_email", str(file), f"--recipient={recipients[2]}", stdout=output)

    for desk in (rocket.desk, matter.desk):
        with desk_scope(desk):
            assert Ticket.objects.count() == 1
            assert Message.objects.filter(ticket__desk=desk).count() == 1
    assert [row.envelope_recipient for row in all_inbound()] == recipients * 2
    assert len(output.getvalue().splitlines()) == 6


def test_the_recipients_of_an_email_are_stored_all_or_none(
    rocket: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = receive_email.store_inbound, iter([True, False])

    def fail_second(**kwargs: Any) -> InboundMessage:
        if next(calls):
            return real(**kwargs)
        raise OperationalError("lost")

    monkeypatch.setattr(receive_email, "store_inbound", fail_second)
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail())
    with pytest.raises(CommandError) as refused:
        call_command("receive_email", str(file), recipient=["a@b.example", "c@d.example"])
    assert refused.value.returncode == 75
    assert all_inbound() == []


def test_a_mail_server_gets_75_and_one_line_without_details_for_any_failure() -> None:
    """No traceback, address or setting may reach the sender, who gets what the command writes."""
    faults = {
        "no settings": (["-"], {"DATABASE_URL": "nonsense"}),
        "no database": (["-"], {"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/none"}),
        "a broken package": (["-"], {"DJANGO_SETTINGS_MODULE": "missing"}),
        "a wrong argument": (["-", "--sender-of=x"], {}),
        "a wrong argument that is no text": (["-", os.fsdecode(b"--of=\xff")], {}),
    }
    for fault, (arguments, variables) in faults.items():
        run = subprocess.run(
            [sys.executable, "manage.py", "receive_email", *arguments],
            cwd=ROOT,
            env={**os.environ, **variables},
            input=make_mail(),
            capture_output=True,
            check=False,
        )
        assert run.returncode == 75, fault
        line = b"The help desk cannot receive email at the moment. Try again later.\n"
        assert (run.stdout, run.stderr) == (b"", line), fault
