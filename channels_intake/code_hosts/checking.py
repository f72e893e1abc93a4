"""The test of a connection: what is wrong with the sign-in, or missing in its permissions.

Nothing is changed at the host, so writing can only be judged by what the host says about a token:
GitHub lists the permissions of an app's token, GitLab the scopes and the role of an access token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.code_hosts import github, gitlab
from channels_intake.code_hosts.client import HostClient
from channels_intake.code_hosts.connector import note_health
from channels_intake.models import CodeHost, HostKind, SignIn

# Permissions by their names in GitHub's settings: key, level, and the path to try them with.
PERMISSIONS = {
    "Issues (read and write)": ("issues", "write", "issues"),
    "Pull requests (read)": ("pull_requests", "read", "pulls"),
    "Contents (read)": ("contents", "read", "commits"),
}
LEVELS = ["read", "write", "admin"]
NO_COMMITS = 409  # GitHub's answer for an empty repository
HIDDEN = {403, 404}  # what hosts answer without the permission
SCOPE = "api"


def check_connection(host: CodeHost, *, at: datetime) -> str:
    """Read the repository with the stored sign-in. Return the problem, or "" if all is well."""
    check = _check_github if host.kind == HostKind.GITHUB else _check_gitlab
    try:
        with HostClient(host, at) as client:
            problem = " ".join(check(client))
    except (CallLaterError, CallRefusedError) as error:
        problem = str(error)
    note_health(host, problem, at=at)
    return problem


def _check_github(client: HostClient) -> Iterator[str]:
    if client.host.sign_in == SignIn.APP:
        granted = client.renew_token().permissions
        missing = [name for name in PERMISSIONS if not _is_granted(granted, name)]
    else:
        granted, missing = {}, []
    path = github.get_repository_path(client.host.repository)
    about = client.get(path)
    if isinstance(about, Mapping) and about.get("has_issues") is False:
        yield _("Issues are turned off in this repository.")
    elif not granted:
        missing = [name for name in PERMISSIONS if not _can_read(client, name)]
    if missing:
        yield _describe_missing(missing)


def _is_granted(granted: Mapping[str, str], name: str) -> bool:
    key, level, _path = PERMISSIONS[name]
    given = granted.get(key, "")
    return given in LEVELS and LEVELS.index(given) >= LEVELS.index(level)


def _can_read(client: HostClient, name: str) -> bool:
    path = f"{github.get_repository_path(client.host.repository)}/{PERMISSIONS[name][2]}"
    try:
        client.get(path, {"per_page": "1"})
    except CallRefusedError as error:
        if error.status in HIDDEN:
            return False
        if error.status != NO_COMMITS:
            raise
    return True


def _check_gitlab(client: HostClient) -> Iterator[str]:
    about = client.get(gitlab.get_repository_path(client.host.repository))
    known: Mapping[str, Any] = about if isinstance(about, Mapping) else {}
    if known.get("issues_access_level") == "disabled":
        yield _("Issues are turned off in this repository.")
    scopes = _read_scopes(client)
    if scopes is not None and SCOPE not in scopes:
        yield _describe_missing([SCOPE])
    elif gitlab.read_role(known) < gitlab.REPORTER:
        yield _("The token needs the role Reporter or higher.")


def _read_scopes(client: HostClient) -> list[Any] | None:
    """Return the scopes of the token, or None if GitLab is too old to tell (before 15.5)."""
    try:
        about = client.get(gitlab.SELF_PATH)
    except CallRefusedError as error:
        if error.status in HIDDEN:
            return None
        raise
    scopes = about.get("scopes") if isinstance(about, Mapping) else None
    return scopes if isinstance(scopes, list) else None


def _describe_missing(names: list[str]) -> str:
    return _("Missing permissions: %(names)s.") % {"names": ", ".join(names)}
