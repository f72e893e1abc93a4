"""A fresh installation: the database is empty, and only the sign-in pages are open."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import set_script_prefix

from accounts.models import Desk, User
from tests.access.routes import ROUTES
from tests.access.test_policy import list_weak_headers

pytestmark = pytest.mark.django_db

VALUES = {
    "uidb36": "1", "key": "unknown", "token": "unknown", "app_label": "accounts", "url": "setup/",
    "object_id": 1, "content_type_id": 1,
}  # fmt: skip

# Pages that reveal and do nothing without an account.
OPEN = {
    "account_login", "account_signup", "account_inactive", "account_email_verification_sent",
    "account_confirm_email", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_request_login_code", "mfa_login_webauthn", "session", "home",
}  # fmt: skip

# Paths where other products have been found open.
COMMON_PROBES = [
    "setup/", "install/", "installer/", "install.php", "wizard/", "onboarding/", "register/",
    "signup/", "admin/setup/", "super_admin/", "graphql/", "__debug__/", "debug/", "silk/",
    "metrics/", "health/", "status/", "server-status", "api/", "api/docs/", "api/schema/",
    "swagger/", "redoc/", "openapi.json", ".env", ".git/config", "media/", "files/", "data/",
    "backup.sql", "db.sqlite3", "phpinfo.php", "telescope/", "horizon/", "sidekiq/", "flower/",
]  # fmt: skip

DEFAULT_LOGINS = [
    (name, password)
    for name in ("admin@localhost", "admin@example.com", "root@localhost", "demo@example.com")
    for password in ("admin", "password", "changeme", "demo", "plumbline")
]


def test_only_the_sign_in_pages_answer_a_stranger() -> None:
    assert not Desk.objects.exists()
    client = Client(raise_request_exception=False)
    opened, weak = set(), []
    for route in ROUTES:
        set_script_prefix("/")
        address = route.get_url(dict.fromkeys(route.parameters, 1) | VALUES, "").replace("//", "/")
        for method in ("GET", "POST"):
            answer = client.generic(method, address)
            weak += [
                f"{method} {route.name}: {wrong}"
                for wrong in list_weak_headers(dict(answer.headers))
            ]
            assert answer.status_code < 500, (method, route.name)
            if answer.status_code == 200:
                opened.add(route.name)
    assert opened <= OPEN, opened - OPEN
    assert weak == []


def test_no_setup_or_debug_page_exists() -> None:
    client = Client(raise_request_exception=False)
    for path in COMMON_PROBES:
        for address in (f"/{path}", f"/static/../{path}", f"/static/{path}"):
            answer = client.get(address)
            assert answer.status_code in {301, 302, 403, 404}, address
            assert (
                "Location" not in answer
                or answer["Location"].endswith("/")
                or "login" in answer["Location"]
            )
            assert b"Traceback" not in answer.content
            assert b"DEBUG = True" not in answer.content
    assert settings.DEBUG is False


def test_there_is_no_default_password() -> None:
    assert not User.objects.exists()
    client = Client(raise_request_exception=False)
    for email, password in DEFAULT_LOGINS:
        client.post("/login/", {"login": email, "password": password})
        assert "_auth_user_id" not in client.session


def test_sign_up_is_closed_without_a_desk() -> None:
    form = {"email": "a@b.example", "password1": "a long enough passphrase", "name": "A"}
    Client(raise_request_exception=False).post("/login/sign-up/", form)
    assert not User.objects.exists()
