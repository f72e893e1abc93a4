"""The Celery application. Its schedule is helpdesk/worker/timetable.py."""

import os

from celery import Celery

from helpdesk.reporting import starting as reporting  # noqa: F401 (connects signals)
from helpdesk.starting import load_settings
from helpdesk.worker import announcements, heartbeats, request_ids  # noqa: F401 (connect signals)
from helpdesk.worker.consumer import ClassStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("plumbline", fixups=["helpdesk.worker.connections:fixup"])
app.on_configure.connect(load_settings)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(ClassStep)
