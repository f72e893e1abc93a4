"""The ID of a request goes along with the tasks that it queues, and into their log lines."""

from __future__ import annotations

from typing import Any

import structlog
from celery import Task, signals

REQUEST = "plumbline-request"  # the header of a message
NAMES = ("request_id", "task", "task_id")


@signals.before_task_publish.connect(dispatch_uid="plumbline.request_ids")
def _add_header(*, headers: dict[str, Any], **kwargs: Any) -> None:
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        headers[REQUEST] = request_id


@signals.task_prerun.connect(dispatch_uid="plumbline.request_ids")
def _bind(*, task: Task, task_id: str, **kwargs: Any) -> None:
    named = {"task": task.name, "task_id": task_id}
    if request_id := getattr(task.request, REQUEST, None):
        named["request_id"] = str(request_id)
    if not task.request.is_eager:  # which runs within its request
        structlog.contextvars.unbind_contextvars(*NAMES)
        structlog.contextvars.bind_contextvars(**named)


@signals.task_postrun.connect(dispatch_uid="plumbline.request_ids")
def _unbind(*, task: Task, **kwargs: Any) -> None:
    if not task.request.is_eager:
        structlog.contextvars.unbind_contextvars(*NAMES)
