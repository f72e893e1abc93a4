"""The test of a connection names what is missing, and changes nothing at the host."""

from __future__ import annotations

import pytest

from channels_intake.code_hosts.checking import check_connection
from channels_intake.models import CodeHost, SignIn
from tests.cast import NOON
from tests.code_hosts.app_fake import CLIENT_ID, INSTALLATION, make_key, write_pem
from tests.code_hosts.hosts_fake import TOKEN, HostFake

pytestmark = pytest.mark.usefixtures("in_rocket")
OFF = "Issues are turned off in this repository."


def test_the_vendors_own_words_are_the_problem(github: CodeHost, fake: HostFake) -> None:
    assert check_connection(github, at=NOON) == ""
    github.enter_secrets(token="expired")
    github.save()
    assert check_connection(github, at=NOON) == "401: Bad credentials"
    assert CodeHost.objects.get().problem == "401: Bad credentials"
    github.enter_secrets(token=TOKEN)
    github.repository = "acme/none"
    github.save()
    assert check_connection(github, at=NOON) == "404: Not Found"
    assert all(each.startswith("GET ") for each in fake.asked)


def test_what_a_token_may_not_read_at_github_is_named(github: CodeHost, fake: HostFake) -> None:
    fake.hidden = {"pulls", "commits"}
    found = check_connection(github, at=NOON)
    assert found == "Missing permissions: Pull requests (read), Contents (read)."


def test_an_empty_repository_is_no_problem(github: CodeHost, fake: HostFake) -> None:
    for _ in range(3):  # the repository, its issues, its pull requests
        fake.fail_next(200)
    fake.fail_next(409, message="Git Repository is empty.")
    assert check_connection(github, at=NOON) == ""


def test_a_repository_without_issues_is_named(github: CodeHost, fake: HostFake) -> None:
    fake.about = {"has_issues": False}
    assert check_connection(github, at=NOON) == OFF


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [
        ({}, ""),
        ({"issues": "admin"}, ""),
        ({"issues": "read"}, "Issues (read and write)"),
        ({"contents": ""}, "Contents (read)"),
    ],
)
def test_what_a_github_app_was_not_granted_is_named(
    github: CodeHost, fake: HostFake, permissions: dict[str, str], missing: str
) -> None:
    github.sign_in, github.app_id, github.installation_id = SignIn.APP, CLIENT_ID, INSTALLATION
    github.enter_secrets(private_key=write_pem(make_key()))
    github.save()
    fake.app.permissions |= permissions
    found = check_connection(github, at=NOON)
    assert found == (f"Missing permissions: {missing}." if missing else "")


@pytest.mark.parametrize(
    ("scopes", "role", "found"),
    [
        (["api"], 40, ""),
        (["read_api"], 40, "Missing permissions: api."),
        (["api"], 10, "The token needs the role Reporter or higher."),
    ],
)
def test_what_a_token_lacks_at_gitlab_is_named(
    gitlab: CodeHost, gitlab_fake: HostFake, scopes: list[str], role: int, found: str
) -> None:
    gitlab_fake.scopes = scopes
    roles = {"project_access": None, "group_access": {"access_level": role}}
    gitlab_fake.about = {"permissions": roles}
    assert check_connection(gitlab, at=NOON) == found
    gitlab_fake.about = {"issues_access_level": "disabled"}
    assert OFF in check_connection(gitlab, at=NOON)


def test_an_old_gitlab_does_not_tell_a_tokens_scopes(
    gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    gitlab_fake.fail_next(200, permissions={"project_access": {"access_level": 30}})
    gitlab_fake.fail_next(404, error="404 Not Found")
    assert check_connection(gitlab, at=NOON) == ""
