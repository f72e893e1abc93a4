"""Membership of the people behind events, looked up at GitLab.

Anyone can open issues and merge requests in a public project, and name any defect in them. GitHub's
events say what the author is to the repository; GitLab's don't, so its members API is asked, once
for each event that would link or move something, and outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from channels_intake.calls.errors import CallRefusedError
from channels_intake.code_hosts import gitlab
from channels_intake.code_hosts.changes import Change
from channels_intake.code_hosts.client import HostClient
from channels_intake.code_hosts.links import count_links
from channels_intake.code_hosts.mentions import has_mentions
from channels_intake.models import CodeHost

NOT_FOUND = 404


def must_ask(host: CodeHost, change: Change) -> bool:
    """Return True if GitLab has to be asked who did something before it links or moves anything."""
    item = change.item
    if item is None or change.actor is None:
        return False
    is_linking = has_mentions(f"{item.title}\n{item.body}", host.desk.ticket_prefix)
    return is_linking or bool(change.trigger and count_links(host, item))


def is_member(host: CodeHost, user_id: int, *, at: datetime) -> bool:
    """Return True if someone may handle the issues of others in the project.

    Raises CallLaterError, and CallRefusedError if the token may not ask.
    """
    if not user_id:  # of a deleted user
        return False
    try:
        with HostClient(host, at) as client:
            found = client.get(gitlab.get_member_path(host.repository, user_id))
    except CallRefusedError as error:
        if error.status == NOT_FOUND:
            return False
        raise
    level = found.get("access_level") if isinstance(found, Mapping) else None
    return isinstance(level, int) and level >= gitlab.PLANNER
