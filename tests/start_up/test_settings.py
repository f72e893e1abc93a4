"""An invalid environment is rejected with clear messages before anything starts."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
VALID = {
    "PLUMBLINE_MODE": "production",
    "SECRET_KEY": "k" * 30 + "0123456789" * 3,
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
