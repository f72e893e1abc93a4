"""Start what the settings ask for, in each kind of process. Imports no optional package before."""

from __future__ import annotations

from typing import Any

from celery import signals
from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.shared.http.asgi import Application


def report_web(application: Application) -> Application:
    """Start the reports of a web process, and return the application whose requests are traced."""
    report_errors()
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return application
    import_string("helpdesk.reporting.traces.start")()
    traced: Application = import_string("helpdesk.reporting.requests.TracedRequests")(application)
    return traced


@signals.celeryd_init.connect(dispatch_uid="plumbline.reporting")
@signals.beat_init.connect(dispatch_uid="plumbline.reporting")
def report_errors(**signal: Any) -> None:
    """Report the errors of this process and of those that it forks."""
    if settings.SENTRY_DSN:
        import_string("helpdesk.reporting.errors.start")()


@signals.worker_process_init.connect(dispatch_uid="plumbline.reporting")
def trace_tasks(**signal: Any) -> None:
    """Trace the tasks of a forked process, which threads of its parent don't reach."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        import_string("helpdesk.reporting.traces.start")()


@signals.worker_process_shutdown.connect(dispatch_uid="plumbline.reporting")
def send_rest(**signal: Any) -> None:
    """Send the traces that a process still has when it ends."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        import_string("helpdesk.reporting.traces.stop")()
