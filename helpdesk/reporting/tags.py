"""The few facts that a report names: IDs, the desk's path and the route, as the access log does."""

from __future__ import annotations

import structlog
from celery import current_task

from helpdesk.request_log import get_facts


def list_tags() -> dict[str, str]:
    """Return the tags of the running request or task. Reads nothing from the database."""
    bound = structlog.contextvars.get_contextvars()
    tags = {name: bound.get(name) for name in ("request_id", "task", "task_id")}
    if facts := get_facts():
        facts.read_request()
        tags |= {"desk": facts.desk, "person": facts.person, "route": facts.route}
    if current_task:
        tags["desk_id"] = (current_task.request.kwargs or {}).get("desk_id")
    return {name: str(value) for name, value in tags.items() if value not in (None, "")}
