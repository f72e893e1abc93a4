"""Events of code hosts as they are stored, and their processing."""

from __future__ import annotations

import json
from typing import Any

from channels_intake.code_hosts.processing import process_due_events
from channels_intake.models import CodeEvent, CodeHost
from tests.cast import NOON, Cast
from tests.code_hosts.sending import read_payload
from tests.defects.helpers import LATER
from tickets.models import Defect


def store(host: CodeHost, name: str, payload: dict[str, Any], delivery: str = "") -> CodeEvent:
    """Store an event as the webhook does."""
    body = json.dumps(payload).encode()
    number = CodeEvent.objects.count() + 1
    return CodeEvent.objects.create(
        desk_id=host.desk_id,
        host=host,
        delivery_id=delivery or f"d-{number}",
        name=name,
        raw=body,
        sha256=f"{number}",
        received_at=NOON,
        next_try_at=NOON,
    )


def process(cast: Cast) -> None:
    while process_due_events(desk_id=cast.desk.pk, at=LATER):
        pass


def build_pull(
    name: str = "github.pull_request.opened", *, title: str = "", **fields: Any
) -> dict[str, Any]:
    """Return an event of pull request 2, with a title and other documented values."""
    payload = read_payload(name)
    payload["pull_request"] |= ({"title": title} if title else {}) | fields
    return payload


def build_merged(**fields: Any) -> dict[str, Any]:
    """Return the vendor's example of a closed pull request, as of one that was merged."""
    merged = {"merged": True, "merged_at": "2019-05-15T15:21:18Z"}
    return build_pull("github.pull_request.closed", **(merged | fields))


def get_stage(defect: Defect) -> str:
    return str(Defect.objects.get(pk=defect.pk).stage)


def build_merge_request(action: str = "open", **fields: Any) -> dict[str, Any]:
    """Return GitLab's example of merge request 1 with another action and other values."""
    payload = read_payload("gitlab.merge_request")
    payload["object_attributes"] |= {"action": action} | fields
    return payload


def build_merged_request(**fields: Any) -> dict[str, Any]:
    """Return GitLab's example, as of a merge request that was merged a day later."""
    merged = {
        "state": "merged",
        "merge_commit_sha": "a" * 40,
        "updated_at": "2013-12-04T17:23:34Z",
    }
    return build_merge_request("merge", **(merged | fields))
