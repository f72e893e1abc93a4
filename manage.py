#!/usr/bin/env python
"""Django's command line for Plumbline."""

import contextlib
import io
import os
import sys
import syslog
from collections.abc import Callable

EX_TEMPFAIL = 75  # of sysexits.h: a mail server keeps the email and tries again


def run() -> None:
    """Run the command of the command line."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 (guarded below)
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # clearer than a traceback
    except OperationalError:
        from helpdesk.doctor.database import explain_failure  # noqa: PLC0415 (needs the settings)

        if reason := explain_failure():
            sys.exit(reason)
        raise


def run_for_mail_server(work: Callable[[], None]) -> None:
    """Run a command that gets an email from a mail server's pipe, and lose no email by a failure.

    The server bounces the email for most exit codes, and may quote to its sender what the command
    writes. So every failure ends with EX_TEMPFAIL (settings, an upgrade in progress and a wrong
    argument, too) and one line without details. The details go to the system's mail log.
    """
    details, status = io.StringIO(), 0
    with contextlib.redirect_stderr(details):
        try:
            work()
        except SystemExit as end:
            if isinstance(end.code, str):
                details.write(end.code)
            status = EX_TEMPFAIL if end.code else 0
        except Exception:  # noqa: BLE001 (any failure means: try again later)
            sys.excepthook(*sys.exc_info())
            status = EX_TEMPFAIL
    syslog.openlog("plumbline", syslog.LOG_PID, syslog.LOG_MAIL)
    # An argument may hold bytes that are no UTF-8.
    text = details.getvalue().encode(errors="backslashreplace").decode()
    for line in text.splitlines():
        syslog.syslog(syslog.LOG_ERR if status else syslog.LOG_WARNING, line.replace("\0", ""))
    if status:
        sys.stderr.write("The help desk cannot receive email at the moment. Try again later.\n")
    sys.exit(status)


if __name__ == "__main__":
    if sys.argv[1:2] == ["receive_email"] and "-" in sys.argv[2:]:
        run_for_mail_server(run)
    else:
        run()
