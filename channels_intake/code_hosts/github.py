"""GitHub's payloads, URLs and paths (REST API, version 2022-11-28). Pure.

A release lists no commits: they are those between its tag and the tag before, by the compare API,
which is paginated. merge_commit_sha of a merged pull request is the merge commit, the squashed
commit, or the last rebased one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from channels_intake.code_hosts.changes import (
    Change,
    Item,
    Published,
    UnreadableEventError,
    get_number,
    get_page_url,
    get_part,
    get_text,
    list_parts,
    read_push,
    read_time,
)

PER_PAGE = 100
INSIDERS = {"OWNER", "MEMBER", "COLLABORATOR"}
EVENTS = ("Issues", "Pull requests", "Releases", "Pushes")


def build_headers(token: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "Plumbline",
    }


def get_repository_path(repository: str) -> str:
    return f"/repos/{quote(repository)}"


def get_issues_path(repository: str) -> str:
    return f"{get_repository_path(repository)}/issues"


def get_item_path(repository: str, *, is_pull: bool, number: int) -> str:
    return f"{get_repository_path(repository)}/{'pulls' if is_pull else 'issues'}/{number}"


def get_releases_path(repository: str) -> str:
    return f"{get_repository_path(repository)}/releases"


def get_compare_path(repository: str, base: str, head: str) -> tuple[str, dict[str, str]]:
    """Return path and parameters of the commits from one tag to another."""
    names = f"{quote(base, safe='')}...{quote(head, safe='')}"
    return f"{get_repository_path(repository)}/compare/{names}", {}


def get_commits_path(repository: str, head: str) -> tuple[str, dict[str, str]]:
    """Return path and parameters of all commits up to a tag."""
    return f"{get_repository_path(repository)}/commits", {"sha": head}


def read_commits(content: Any) -> list[str]:
    """Return the hashes of a page of commits, of a comparison or of a list."""
    part = {"commits": content} if isinstance(content, list) else content
    return [get_text(commit, "sha") for commit in list_parts(part or {}, "commits")]


def build_issue(title: str, body: str, labels: list[str]) -> dict[str, Any]:
    return {"title": title, "body": body} | ({"labels": labels} if labels else {})


def parse_url(url: str, base_url: str) -> tuple[str, bool, int] | None:
    """Return repository, whether it is a pull request, and number of a page's URL, or None."""
    parts, api = urlsplit(url.strip()), urlsplit(base_url)
    web = "github.com" if api.hostname == "api.github.com" else api.hostname
    found = re.fullmatch(r"/([^/]+/[^/]+)/(issues|pull)/([0-9]{1,15})(?:/.*)?", parts.path)
    if not found or parts.hostname != web:
        return None
    return found[1], found[2] == "pull", int(found[3])


def read_item(content: Mapping[str, Any], *, is_pull: bool = False) -> Item:
    """Return an issue or pull request as the API and webhooks describe it."""
    merged_at = content.get("merged_at")
    is_merged = bool(merged_at) or content.get("merged") is True
    assignees = list_parts(content, "assignees")
    return Item(
        is_pull=is_pull or "pull_request" in content,
        number=get_number(content, "number"),
        title=get_text(content, "title"),
        url=get_page_url(content, "html_url"),
        state="merged" if is_merged else get_text(content, "state"),
        at=read_time(content.get("updated_at")),
        body=get_text(content, "body"),
        labels=tuple(get_text(label, "name") for label in list_parts(content, "labels")),
        assignee=get_text(assignees[0], "login") if assignees else "",
        branch=get_text(get_part(content, "base"), "ref") if "base" in content else "",
        sha=get_text(content, "merge_commit_sha") if is_merged else "",
        merged_at=read_time(merged_at) if merged_at else None,
    )


def read_releases(content: Any) -> list[Published]:
    """Return the published releases of a page; drafts have no time."""
    rows = list_parts({"releases": content}, "releases")
    return [_read_release(row) for row in rows if row.get("published_at") and _is_final(row)]


def _is_final(row: Mapping[str, Any]) -> bool:
    """Return True for a release that customers can use: no draft, and no beta or candidate."""
    return not (row.get("draft") or row.get("prerelease"))


def _read_release(row: Mapping[str, Any]) -> Published:
    return Published(
        tag=get_text(row, "tag_name"),
        url=get_page_url(row, "html_url"),
        at=read_time(row.get("published_at")),
    )


def translate(name: str, payload: Mapping[str, Any]) -> Change | None:
    """Return what an event says, or None for one of a kind that isn't used.

    name: the header X-GitHub-Event. Raises UnreadableEventError.
    """
    if name == "ping":
        repository = payload.get("repository")
        return Change(get_text(repository, "full_name") if isinstance(repository, Mapping) else "")
    if name not in _READERS:
        return None
    change = _READERS[name](get_text(get_part(payload, "repository"), "full_name"), payload)
    if not change.repository:
        raise UnreadableEventError("repository")
    return change


def _read_issue(repository: str, payload: Mapping[str, Any]) -> Change:
    issue = get_part(payload, "issue")
    item = read_item(issue)
    is_closed = payload.get("action") == "closed" and not item.is_pull
    trigger = "issue.closed" if is_closed else ""
    return Change(repository, trigger, item, is_outsiders=_is_outsiders(payload, issue))


def _read_pull(repository: str, payload: Mapping[str, Any]) -> Change:
    pull = get_part(payload, "pull_request")
    item, action = read_item(pull, is_pull=True), payload.get("action")
    if item.state == "merged" and action == "closed":  # takes a right to write to the repository
        return Change(repository, "pull_request.merged", item)
    trigger = "pull_request.opened" if action in {"opened", "reopened"} else ""
    return Change(repository, trigger, item, is_outsiders=_is_outsiders(payload, pull))


def _is_outsiders(payload: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Return True if an author without rights in a public repository did this to their own item.

    Anyone can open issues and pull requests there, and name any defect in them, also once they are
    merged. Others than the author need rights for anything but a push to the branch in the author's
    fork. Bots handle whatever comes, so theirs doesn't count as someone's with rights.
    """
    if get_part(payload, "repository").get("private") is True:
        return False
    author, sender = content.get("user"), payload.get("sender")
    if not (isinstance(author, Mapping) and isinstance(sender, Mapping)):
        return False
    is_theirs = (
        author.get("id") == sender.get("id")
        or sender.get("type") == "Bot"
        or payload.get("action") == "synchronize"
    )
    return is_theirs and content.get("author_association", "OWNER") not in INSIDERS


def _read_published(repository: str, payload: Mapping[str, Any]) -> Change:
    row = get_part(payload, "release")
    # A candidate that becomes the release isn't published again.
    if payload.get("action") not in {"published", "released"} or not _is_final(row):
        return Change(repository)
    release = replace(_read_release(row), is_public=_is_public(get_part(payload, "repository")))
    return Change(repository, "release.published", release=release)


def _is_public(repository: Mapping[str, Any]) -> bool:
    """Return True if everyone sees a repository. Internal ones are those of an enterprise."""
    visibility = repository.get("visibility", "public")  # older servers send "private" alone
    return repository.get("private") is False and visibility == "public"


_READERS = {
    "issues": _read_issue,
    "pull_request": _read_pull,
    "release": _read_published,
    "push": read_push,
}
