"""GitLab's payloads, URLs and paths (REST API, version 4). Pure.

A merge request that was merged by fast-forward has no merge commit: then its squashed commit, or
its last one, is on the branch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from channels_intake.code_hosts.changes import (
    Change,
    Item,
    Published,
    clean_text,
    get_number,
    get_page_url,
    get_part,
    get_text,
    list_parts,
    read_push,
    read_time,
)

PLANNER, REPORTER = 15, 20  # roles; guests can do no more than strangers in a public project
# A project's visibility_level: its members, or everyone. Between them: all who are signed in.
PRIVATE, PUBLIC = 0, 20
SELF_PATH = "/api/v4/personal_access_tokens/self"  # also of a project's access token
EVENTS = ("Issues events", "Merge request events", "Releases events", "Push events")
_BOT = re.compile(r"(?:project|group)_[0-9]+_bot")  # of a project's or group's access token
STATES = {"opened": "open", "locked": "open"}


def build_headers(token: str) -> dict[str, str]:
    return {"PRIVATE-TOKEN": token, "Accept": "application/json", "User-Agent": "Plumbline"}


def get_repository_path(repository: str) -> str:
    return f"/api/v4/projects/{quote(repository, safe='')}"


def get_issues_path(repository: str) -> str:
    return f"{get_repository_path(repository)}/issues"


def get_item_path(repository: str, *, is_pull: bool, number: int) -> str:
    kind = "merge_requests" if is_pull else "issues"
    return f"{get_repository_path(repository)}/{kind}/{number}"


def get_member_path(repository: str, user_id: int) -> str:
    """Return the path of a member, also of one by an ancestor group or an invited group."""
    return f"{get_repository_path(repository)}/members/all/{user_id}"


def get_releases_path(repository: str) -> str:
    return f"{get_repository_path(repository)}/releases"


def get_compare_path(repository: str, base: str, head: str) -> tuple[str, dict[str, str]]:
    """Return path and parameters of the commits from one tag to another."""
    return f"{get_repository_path(repository)}/repository/compare", {"from": base, "to": head}


def get_commits_path(repository: str, head: str) -> tuple[str, dict[str, str]]:
    """Return path and parameters of all commits up to a tag."""
    return f"{get_repository_path(repository)}/repository/commits", {"ref_name": head}


def read_commits(content: Any) -> list[str]:
    """Return the hashes of a page of commits, of a comparison or of a list."""
    part = {"commits": content} if isinstance(content, list) else content
    return [get_text(commit, "id") for commit in list_parts(part or {}, "commits")]


def build_issue(title: str, body: str, labels: list[str]) -> dict[str, Any]:
    return {"title": title, "description": body} | ({"labels": ",".join(labels)} if labels else {})


def parse_url(url: str, base_url: str) -> tuple[str, bool, int] | None:
    """Return repository, whether it is a merge request, and number of a page's URL, or None."""
    parts, base = urlsplit(url.strip()), urlsplit(base_url)
    found = re.fullmatch(
        r"/(.+?)(?:/-)?/(issues|work_items|merge_requests)/([0-9]{1,15})(?:/.*)?", parts.path
    )
    if not found or parts.hostname != base.hostname:
        return None
    return found[1], found[2] == "merge_requests", int(found[3])


def read_item(content: Mapping[str, Any], *, is_pull: bool = False) -> Item:
    """Return an issue or merge request as the API describes it."""
    labels = content.get("labels")
    names = labels if isinstance(labels, list) else []
    return _build_item(
        content,
        is_pull=is_pull,
        url=get_page_url(content, "web_url"),
        labels=tuple(filter(None, map(clean_text, names))),
        assignees=list_parts(content, "assignees"),
        last=get_text(content, "sha"),
    )


def _build_item(
    content: Mapping[str, Any],
    *,
    is_pull: bool,
    url: str,
    labels: tuple[str, ...],
    assignees: list[Mapping[str, Any]],
    last: str,
) -> Item:
    state = get_text(content, "state")
    is_merged = is_pull and state == "merged"
    at, merged_at = read_time(content.get("updated_at")), content.get("merged_at")
    names = ("merge_commit_sha", "squash_commit_sha")
    sha = next((text for name in names if (text := get_text(content, name))), last)
    return Item(
        is_pull=is_pull,
        number=get_number(content, "iid"),
        title=get_text(content, "title"),
        url=url,
        state=STATES.get(state, state),
        at=at,
        body=get_text(content, "description"),
        labels=labels,
        assignee=get_text(assignees[0], "username") if assignees else "",
        branch=get_text(content, "target_branch"),
        sha=sha if is_merged else "",
        merged_at=(read_time(merged_at) if merged_at else at) if is_merged else None,
    )


def read_role(project: Mapping[str, Any]) -> int:
    """Return the highest role that the API says the token has in a project, 0 for none."""
    permissions = project.get("permissions")
    ways = permissions.values() if isinstance(permissions, Mapping) else ()
    levels = [way.get("access_level") for way in ways if isinstance(way, Mapping)]
    return max((level for level in levels if isinstance(level, int)), default=0)


def read_releases(content: Any) -> list[Published]:
    """Return the releases of a page, without those that are only planned."""
    rows = list_parts({"releases": content}, "releases")
    return [
        Published(
            tag=get_text(row, "tag_name"),
            url=get_page_url(_get_links(row), "self"),
            at=read_time(row.get("released_at")),
        )
        for row in rows
        if not row.get("upcoming_release")
    ]


def _get_links(row: Mapping[str, Any]) -> Mapping[str, Any]:
    links = row.get("_links")
    return links if isinstance(links, Mapping) else {}


def translate(name: str, payload: Mapping[str, Any]) -> Change | None:
    """Return what an event says, or None for one of a kind that isn't used.

    name: the header X-Gitlab-Event; the payload's object_kind decides. Raises
    UnreadableEventError.
    """
    kind = get_text(payload, "object_kind")
    if kind not in _READERS:
        return None
    repository = get_text(get_part(payload, "project"), "path_with_namespace")
    return _READERS[kind](repository, payload)


def _read_issue(repository: str, payload: Mapping[str, Any]) -> Change:
    is_closed = get_part(payload, "object_attributes").get("action") == "close"
    item = _read_hook_item(payload, is_pull=False)
    trigger = "issue.closed" if is_closed else ""
    return Change(repository, trigger, item, actor=_find_actor(payload))


def _read_pull(repository: str, payload: Mapping[str, Any]) -> Change:
    action = get_part(payload, "object_attributes").get("action")
    triggers = {"open": "opened", "reopen": "opened", "merge": "merged"}
    trigger = f"pull_request.{triggers[action]}" if action in triggers else ""
    item = _read_hook_item(payload, is_pull=True)
    # Only those who may write to the repository can merge; anyone can edit their own afterwards.
    actor = None if action == "merge" else _find_actor(payload)
    return Change(repository, trigger, item, actor=actor)


def _find_actor(payload: Mapping[str, Any]) -> int | None:
    """Return the ID of who did this, 0 for unknown, or None in a private project.

    Bots handle whatever comes, so what they do counts as the author's.
    """
    if get_part(payload, "project").get("visibility_level") == PRIVATE:
        return None
    user = payload.get("user")
    known: Mapping[str, Any] = user if isinstance(user, Mapping) else {}
    is_bot = bool(_BOT.match(get_text(known, "username")))
    item = get_part(payload, "object_attributes")
    user_id = item.get("author_id") if is_bot else known.get("id")
    if not isinstance(user_id, int) or isinstance(user_id, bool):
        return 0
    return max(user_id, 0)


def _read_hook_item(payload: Mapping[str, Any], *, is_pull: bool) -> Item:
    content = get_part(payload, "object_attributes")
    last = content.get("last_commit")
    return _build_item(
        content,
        is_pull=is_pull,
        url=get_page_url(content, "url"),
        labels=tuple(get_text(label, "title") for label in list_parts(payload, "labels")),
        assignees=list_parts(payload, "assignees"),
        last=get_text(last, "id") if isinstance(last, Mapping) else "",
    )


def _read_published(repository: str, payload: Mapping[str, Any]) -> Change:
    if payload.get("action") != "create":
        return Change(repository)
    release = Published(
        tag=get_text(payload, "tag"),
        url=get_page_url(payload, "url"),
        at=read_time(payload.get("released_at")),
        is_public=get_part(payload, "project").get("visibility_level") == PUBLIC,
    )
    return Change(repository, "release.published", release=release)


_READERS = {
    "issue": _read_issue,
    "merge_request": _read_pull,
    "release": _read_published,
    "push": read_push,
}
