"""`manage.py receive_email`: receive a raw email from a file or a mail server's pipe (M25).

In Postfix's master.cf:

    plumbline unix - n n - 4 pipe user=plumbline
      argv=/srv/plumbline/.venv/bin/python /srv/plumbline/manage.py
      receive_email - --recipient ${original_recipient} --sender ${sender}

Exit code 75 (EX_TEMPFAIL in sysexits.h) makes the mail server keep the email and retry.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils import timezone

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
            "--recipient", default="", help="SMTP RCPT TO (default: from the headers)."
        )
        parser.add_argument("--sender", default=None, help="SMTP MAIL FROM; empty for a bounce.")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = read_input(options["file"])
        sender = options["sender"]
        try:
            inbound = store_inbound(
                provider="raw",
                raw=raw,
                content_type="message/rfc822",
                at=timezone.now(),
                envelope_recipient=options["recipient"],
                envelope_sender="" if sender is None else sender.strip() or "<>",
                enqueue=False,
            )
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database is unavailable: {error}", returncode=EX_TEMPFAIL
            ) from error
        self._read(inbound.pk)

    def _read(self, inbound_id: int) -> None:
        try:
            process_inbound(inbound_id=inbound_id, at=timezone.now())
        except (OperationalError, InterfaceError) as error:
            # The email is stored. If the mail server retried, it would only create a duplicate.
            self.stderr.write(f"Stored. It will be processed later: {error}")
        else:
            self.stdout.write(describe_outcome(inbound_id))


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
