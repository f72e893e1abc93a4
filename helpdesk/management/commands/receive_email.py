"""`manage.py receive_email`: receive a raw email from a file or a mail server's pipe (M25).

`manage.py mail_setup postfix` prints the settings of Postfix that run it.

With “-”, every failure exits with 75 (EX_TEMPFAIL in sysexits.h): the mail server keeps the email
and retries. That includes failures before this module is imported, so manage.py sees to it. Once
the email is stored, the command succeeds: the workers try again what fails after that.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.failures import capture_failure
from accounts.tenancy import system_scope
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage

EX_TEMPFAIL = 75
EX_NOINPUT = 66


class Command(BaseCommand):
    help = "Receive a raw email (RFC 5322) from a file, or from standard input with “-”."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="File with one raw email, or - for standard input.")
        parser.add_argument(
            "--recipient",
            nargs="+",
            action="extend",
            default=[],
            metavar="ADDRESS",
            help="SMTP RCPT TO, also several times (default: from the headers).",
        )
        parser.add_argument(
            "--sender",
            default=None,
            help="SMTP MAIL FROM; empty, <> or MAILER-DAEMON for a bounce.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = read_input(options["file"])
        recipients = [read_address(given) for given in options["recipient"]]
        try:
            stored = store_for_all(raw, recipients, read_sender(options["sender"]))
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database is unavailable: {error}", returncode=EX_TEMPFAIL
            ) from error
        for inbound_id in stored:
            self._read(inbound_id, is_quiet=options["file"] == "-")

    def _read(self, inbound_id: int, *, is_quiet: bool) -> None:
        """Process a stored email. Say nothing to a mail server, which may quote it to the sender.

        After a failure it stays stored. If the mail server retried, it would only add a duplicate.
        """
        outcome: list[str] = []
        with capture_failure(
            lambda error: outcome.append(f"Stored. It will be processed later: {error}"),
            event="inbound_waits",
            inbound=inbound_id,
        ):
            process_inbound(inbound_id=inbound_id, at=timezone.now())
            outcome.append(describe_outcome(inbound_id))
        if not is_quiet:
            self.stdout.write(outcome[0])


def store_for_all(raw: bytes, recipients: list[str], sender: str) -> list[int]:
    """Store an email once for each recipient, all or none, and return the IDs.

    Rows of one desk become one message: the later ones are recognized as duplicates.
    """
    at = timezone.now()
    with transaction.atomic():
        return [
            store_inbound(
                provider="raw",
                raw=raw,
                content_type="message/rfc822",
                at=at,
                envelope_recipient=recipient,
                envelope_sender=sender,
                enqueue=False,
            ).pk
            for recipient in list(dict.fromkeys(recipients)) or [""]
        ]


def read_sender(given: str | None) -> str:
    """Return the envelope sender; “<>” for the null sender, and "" if it isn't known.

    Postfix passes the null sender as MAILER-DAEMON unless null_sender is set.
    """
    if given is None:
        return ""
    sender = read_address(given).strip()
    is_null = sender.strip("<>").partition("@")[0].lower() in {"", "mailer-daemon"}
    return "<>" if is_null else sender


def read_address(given: str) -> str:
    """Return an address of the command line, whose bytes need not be UTF-8, as it can be stored."""
    return os.fsencode(given).decode(errors="replace")


def describe_outcome(inbound_id: int) -> str:
    """Return how an email was processed, such as "On a ticket: RC-1042", or why it is held."""
    with system_scope("describe how an email was processed"):
        row = InboundMessage.objects.select_related("ticket__desk").get(pk=inbound_id)
        detail = row.ticket.reference if row.ticket else row.explanation
    return f"{row.get_state_display()}: {detail}" if detail else row.get_state_display()


def read_input(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for “-”."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(
            f"Cannot read {name}: {error.strerror}.", returncode=EX_NOINPUT
        ) from error
