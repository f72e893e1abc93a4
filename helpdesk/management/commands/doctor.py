"""`manage.py doctor`: check all that this installation connects to, and say what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.doctor.examination import examine
from helpdesk.doctor.findings import Finding
from helpdesk.doctor.mail import send_test_mail


class Command(BaseCommand):
    help = "Check database, Valkey, workers, email, files and address. Exits with 1 on problems."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--send-test-mail", metavar="ADDRESS", help="also send an email")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = 0
        for finding in self._find(options["send_test_mail"]):
            problems += not finding.is_ok
            style = self.style.SUCCESS if finding.is_ok else self.style.ERROR
            word = style("OK     " if finding.is_ok else "PROBLEM")
            self.stdout.write(f"{word}  {finding.subject}: {finding.text}")
        if problems:
            sys.exit(1)

    def _find(self, address: str | None) -> Iterator[Finding]:
        yield from examine()
        if address:
            yield send_test_mail(address)
