"""All checks, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from helpdesk.doctor.database import check_database
from helpdesk.doctor.files import check_files
from helpdesk.doctor.findings import Check, Finding, report_problem
from helpdesk.doctor.mail import check_mail
from helpdesk.doctor.queue import check_queue
from helpdesk.doctor.site import check_site
from helpdesk.version import get_version

CHECKS: list[Check] = [check_database, check_queue, check_mail, check_files, check_site]


def examine() -> Iterator[Finding]:
    """Yield the findings of all checks, each as soon as it is known."""
    yield Finding("Plumbline", get_version())
    for problem in settings.MISSPELLED:
        yield report_problem(".env", problem)
    for check in CHECKS:
        yield from check()
