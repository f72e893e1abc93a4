"""A GitHub App signs in with its key, and keeps the token it gets until shortly before its end."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
import structlog

from channels_intake.calls.errors import CallLaterError
from channels_intake.calls.sending import send_due_calls
from channels_intake.code_hosts.app_tokens import is_private_key, sign_jwt
from channels_intake.code_hosts.checking import check_connection
from channels_intake.code_hosts.client import HostClient
from channels_intake.code_hosts.issues import create_issue
from channels_intake.models import CallState, CodeHost, CodeLink, OutgoingCall, SignIn
from tests.cast import NOON, Cast
from tests.code_hosts.app_fake import APP_ID, CLIENT_ID, INSTALLATION, make_key, write_pem
from tests.code_hosts.hosts_fake import HostFake
from tests.defects.helpers import report

pytestmark = pytest.mark.usefixtures("in_rocket")
ASKED = f"POST /app/installations/{INSTALLATION}/access_tokens"
READ = "GET /repos/acme/server"
HOUR = timedelta(hours=1)


@pytest.fixture
def by_app(github: CodeHost) -> CodeHost:
    """The repository, with an app instead of a token."""
    github.sign_in, github.app_id, github.installation_id = SignIn.APP, CLIENT_ID, INSTALLATION
    github.sealed_token = ""
    github.enter_secrets(private_key=write_pem(make_key()))
    github.save()
    return github


def read(fake: HostFake, *, after: timedelta = timedelta(0)) -> None:
    """Read the repository as another worker does, some time later."""
    fake.app.now = NOON + after
    with HostClient(CodeHost.objects.get(), NOON + after) as client:
        client.get("/repos/acme/server")


def test_one_token_serves_until_shortly_before_its_end(by_app: CodeHost, fake: HostFake) -> None:
    for minutes in (0, 30, 54):
        read(fake, after=timedelta(minutes=minutes))
    assert fake.asked == [ASKED, READ, READ, READ]
    read(fake, after=timedelta(minutes=56))
    assert fake.asked[4:] == [ASKED, READ]


@pytest.mark.parametrize("app_id", [CLIENT_ID, APP_ID])
def test_the_json_web_token_holds_what_github_documents(app_id: str) -> None:
    signed = sign_jwt(app_id, write_pem(make_key()), at=NOON)
    known = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(signed, make_key().public_key(), algorithms=["RS256"], options=known)
    now = int(NOON.timestamp())
    assert claims == {"iss": app_id, "iat": now - 60, "exp": now + 540}


def test_an_issue_is_created_by_the_app(rocket: Cast, by_app: CodeHost, fake: HostFake) -> None:
    defect = report(rocket)
    create_issue(defect_id=defect.pk, host_id=by_app.pk, agent=rocket.level_two, at=NOON)
    send_due_calls(desk_id=rocket.desk.pk, at=NOON, is_urgent=False)
    assert CodeLink.objects.get().number == 1
    assert fake.asked == [ASKED, "POST /repos/acme/server/issues"]


def test_a_revoked_token_is_replaced_once(by_app: CodeHost, fake: HostFake) -> None:
    read(fake)
    fake.app.valid.clear()
    read(fake)
    assert fake.asked == [ASKED, READ, READ, ASKED, READ]
    fake.asked.clear()
    for _ in range(2):
        fake.fail_next(401, message="Bad credentials")
    with pytest.raises(CallLaterError, match="401: Bad credentials"):
        read(fake)
    assert fake.asked == [READ, ASKED]  # and the second 401 was the answer to the question


def test_the_token_is_stored_encrypted_and_not_logged(by_app: CodeHost, fake: HostFake) -> None:
    with structlog.testing.capture_logs() as logs:
        read(fake)
    row = CodeHost.objects.values().get()
    assert CodeHost.objects.get().app_token == fake.app.issued[0]
    for text in (str(row), str(logs)):
        assert fake.app.issued[0] not in text
        assert "PRIVATE KEY" not in text


def test_another_key_or_app_starts_without_a_token(by_app: CodeHost, fake: HostFake) -> None:
    read(fake)
    host = CodeHost.objects.get()
    host.enter_secrets()
    host.save()
    read(fake)
    assert len(fake.app.issued) == 2


def test_a_token_for_former_settings_is_not_stored(by_app: CodeHost, fake: HostFake) -> None:
    """An admin saves another installation while a worker asks for the token of the old one."""
    old = CodeHost.objects.get()
    CodeHost.objects.update(installation_id=INSTALLATION + 1)
    with HostClient(old, NOON) as client:
        client.get("/repos/acme/server")
    assert CodeHost.objects.get().sealed_app_token == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"app_id": "9"}, "401: Integration not found"),
        ({"installation_id": 1}, "404: Not Found"),
        ({"repository": "acme/other"}, "422: There is at least one repository that does not"),
    ],
    ids=["other app", "other installation", "repository not installed"],
)
def test_calls_wait_while_the_app_cannot_sign_in(
    rocket: Cast, by_app: CodeHost, fake: HostFake, change: dict[str, object], said: str
) -> None:
    defect = report(rocket)
    create_issue(defect_id=defect.pk, host_id=by_app.pk, agent=rocket.level_two, at=NOON)
    right = {name: getattr(by_app, name) for name in change}
    CodeHost.objects.update(**change)
    send_due_calls(desk_id=rocket.desk.pk, at=NOON, is_urgent=False)
    call = OutgoingCall.objects.get()
    assert call.state == CallState.QUEUED
    assert call.summary.startswith(f"The GitHub App can't sign in: {said}")
    assert CodeHost.objects.get().problem == call.summary
    CodeHost.objects.update(**right)
    fake.app.now = NOON + HOUR / 4
    send_due_calls(desk_id=rocket.desk.pk, at=NOON + HOUR / 4, is_urgent=False)
    assert len(fake.issues) == 1


def test_another_apps_key_is_refused(by_app: CodeHost, fake: HostFake) -> None:
    by_app.enter_secrets(private_key=write_pem(make_key(3072)))
    by_app.save()
    assert check_connection(by_app, at=NOON).endswith("401: A JSON web token could not be decoded")


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_wrong_is_named(by_app: CodeHost, fake: HostFake, minutes: int) -> None:
    fake.app.now = NOON + timedelta(minutes=minutes)
    assert "claim" in check_connection(by_app, at=NOON)


def test_a_rate_limit_of_the_sign_in_is_kept(by_app: CodeHost, fake: HostFake) -> None:
    fake.fail_next(403, {"Retry-After": "90"}, message="secondary rate limit")
    with pytest.raises(CallLaterError) as caught:
        read(fake)
    assert (caught.value.seconds, caught.value.status) == (90, 403)


@pytest.mark.parametrize(
    "text",
    ["", "secret", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"],
)
def test_only_an_rsa_key_in_pem_format_can_sign(text: str) -> None:
    assert not is_private_key(text)
    assert not is_private_key(write_pem(make_key(1024)))
    assert is_private_key(write_pem(make_key()))
    assert is_private_key(write_pem(make_key()).replace("\n", "\r\n"))  # as browsers send it
