"""An invalid environment is rejected with clear messages before anything starts."""

import os
import runpy
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from helpdesk.environment import list_weak_secrets

ROOT = Path(__file__).resolve().parents[2]
VALID = {
    "PLUMBLINE_MODE": "production",
    "SECRET_KEY": "pLq8vT3xZr6Nw1KdYb9Jm4HsGc7FuAe2XoVi5RtBn0QyEfMkShWj",
    "INBOUND_SECRET": "posted by the provider",
    "ALLOWED_HOSTS": "help.example.com",
    "SITE_URL": "https://help.example.com",
    "DATABASE_URL": "postgresql://plumbline@localhost/plumbline",
    "REDIS_URL": "redis://localhost:6379/0",
    "BEHIND_HTTPS": "true",
}
INVALID = [
    ({"DATABASE_URL": None}, "DATABASE_URL is missing"),
    ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL: Not a valid database URL"),
    ({"REDIS_URL": None}, "REDIS_URL is missing"),
    ({"REDIS_URL": ""}, "REDIS_URL is missing"),
    ({"SECRET_KEY": None}, "SECRET_KEY must be a random string"),
    ({"SECRET_KEY": "too short"}, "SECRET_KEY must be a random string"),
    ({"SECRET_KEY": "django-insecure-" + "k" * 50}, "SECRET_KEY is a default value"),
    ({"SECRET_KEY": "changeme" * 8}, "SECRET_KEY is a default value"),
    ({"SECRET_KEY": "CHANGE-ME-" + VALID["SECRET_KEY"]}, "SECRET_KEY is a default value"),
    ({"SECRET_KEY": "your_secret_key_goes_here_" + "x1y2" * 9}, "SECRET_KEY is a default value"),
    ({"SECRET_KEY": "k" * 64}, "SECRET_KEY repeats itself"),
    ({"SECRET_KEY": "k" * 30 + "0123456789" * 3}, "SECRET_KEY repeats itself"),
    ({"SECRET_KEY": "correct horse " * 5}, "SECRET_KEY repeats itself"),
    ({"INBOUND_SECRET": "short"}, "INBOUND_SECRET must be a random string"),
    ({"INBOUND_SECRET": "inbound-secret-1234"}, "INBOUND_SECRET is a default value"),
    ({"INBOUND_SECRET": "a" * 32}, "INBOUND_SECRET repeats itself"),
    ({"SITE_URL": "http://help.example.com"}, "SITE_URL must start with https://"),
    ({"SITE_URL": "help.example.com"}, "SITE_URL must be the address of the start page"),
    ({"SITE_URL": "ftp://help.example.com"}, "SITE_URL must be the address of the start page"),
    ({"SITE_URL": "https://a:b@help.example.com"}, "SITE_URL must be the address of the start"),
    ({"SITE_URL": "https://[help.example.com"}, "SITE_URL is not a URL"),
    ({"SITE_URL": "https://evil.example"}, "ALLOWED_HOSTS must list evil.example"),
    ({"SITE_URL": None}, "ALLOWED_HOSTS must list localhost"),
    ({"BEHIND_HTTPS": "false"}, "BEHIND_HTTPS must be on"),
    ({"PORT": "70000"}, "PORT must be between 1 and 65535, not 70000"),
    ({"PORT": "0"}, "PORT must be between 1 and 65535, not 0"),
    ({"PORT": "eighty"}, "PORT: Not a valid integer"),
    ({"DEBUG": "true"}, "DEBUG must be off in production"),
    ({"DEBUG": "perhaps"}, "DEBUG: Not a valid boolean"),
    ({"INBOUND_SECRET": None}, "INBOUND_SECRET is missing"),
    ({"ADMIN_TWO_FACTOR": "false"}, "ADMIN_TWO_FACTOR must be on in production"),
    ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is missing"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must list host names"),
    ({"ALLOWED_HOSTS": "help.example.com,*"}, "ALLOWED_HOSTS must list host names"),
    ({"PLUMBLINE_MODE": "holiday"}, "PLUMBLINE_MODE: Must be one of"),
    ({"EMAIL_PROVIDER": "pigeon"}, "EMAIL_PROVIDER: Must be one of"),
    ({"EMAIL_URL": "pigeon://coop"}, "EMAIL_URL must start with"),
    ({"EMAIL_PROVIDER_SETTINGS": "{"}, "EMAIL_PROVIDER_SETTINGS: Not valid JSON"),
    ({"DATABASE_POOL_SIZE": "many"}, "DATABASE_POOL_SIZE: Not a valid integer"),
]


def read_settings(patch: pytest.MonkeyPatch, changes: dict[str, str | None]) -> dict[str, Any]:
    """Run the settings file in the valid environment with changes. None removes a variable."""
    for name, value in {
        **dict.fromkeys(os.environ.keys() & {"EMAIL_URL", "DEBUG", "PORT"}),
        **VALID,
        **changes,
    }.items():
        if value is None:
            patch.delenv(name, raising=False)
        else:
            patch.setenv(name, value)
    return runpy.run_path(str(ROOT / "helpdesk" / "settings.py"))


def run_manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **VALID, **changes}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_valid_environment_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings(monkeypatch, {})["MODE"] == "production"


@pytest.mark.parametrize(
    ("changes", "message"), INVALID, ids=[str(changes) for changes, _ in INVALID]
)
def test_an_invalid_environment_is_rejected_with_a_message(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], message: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read_settings(monkeypatch, changes)
    assert str(error.value).startswith(
        f"Plumbline cannot start with this environment:\n  - {message}"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"ALLOWED_HOSTS": ".example.com"},
        {"ALLOWED_HOSTS": "other.example.org,HELP.example.com"},
        {"SITE_URL": "https://help.example.com:8443/"},
        {"SITE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "localhost", "BEHIND_HTTPS": "no"},
    ],
    ids=str,
)
def test_a_safe_variant_is_accepted(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None]
) -> None:
    assert read_settings(monkeypatch, changes)["MODE"] == "production"


def test_the_address_of_links_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers name their origin without one, so CSRF_TRUSTED_ORIGINS would not match."""
    settings = read_settings(monkeypatch, {"SITE_URL": "https://help.example.com/"})
    assert settings["SITE_URL"] == "https://help.example.com"
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://help.example.com"]


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
def test_random_secrets_are_accepted(make: Callable[[int], str]) -> None:
    for _ in range(500):
        assert list_weak_secrets(make(38)[:50], make(16)[:16]) == []


def test_all_problems_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read_settings(monkeypatch, {"DEBUG": "true", "INBOUND_SECRET": None, "ALLOWED_HOSTS": "*"})
    assert str(error.value).count("\n  - ") == 3


@pytest.mark.parametrize("name", ["SECRET_KEY", "INBOUND_SECRET"])
def test_an_error_repeats_no_secret(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read_settings(monkeypatch, {name: "hush-insecure", "DEBUG": "true", "REDIS_URL": ""})
    assert "hush" not in str(error.value)


def test_the_command_line_shows_no_traceback() -> None:
    done = run_manage("check", DEBUG="true")
    assert done.returncode == 1
    assert (
        done.stderr
        == "Plumbline cannot start with this environment:\n  - DEBUG must be off in production.\n"
    )


def test_the_deployment_check_finds_nothing() -> None:
    done = run_manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
