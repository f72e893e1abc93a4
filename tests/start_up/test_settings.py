"""A bad environment is refused in sentences, before anything starts."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "PLUMBLINE_MODE": "production",
    "SECRET_KEY": "k" * 30 + "0123456789" * 3,
    "INBOUND_SECRET": "posted by the provider",
    "ALLOWED_HOSTS": "help.example.com",
    "SITE_URL": "https://help.example.com",
    "DATABASE_URL": "postgresql://plumbline@localhost/plumbline",
    "REDIS_URL": "redis://localhost:6379/0",
    "BEHIND_HTTPS": "true",
}
REFUSALS = [
    ({"DATABASE_URL": None}, "DATABASE_URL is missing"),
    ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL: Not a valid database URL"),
    ({"REDIS_URL": None}, "REDIS_URL is missing"),
    ({"REDIS_URL": ""}, "REDIS_URL is missing"),
    ({"SECRET_KEY": None}, "SECRET_KEY must be a random text"),
    ({"SECRET_KEY": "too short"}, "SECRET_KEY must be a random text"),
    ({"SECRET_KEY": "django-insecure-" + "k" * 50}, "SECRET_KEY is a default one"),
    ({"PORT": "70000"}, "PORT must be between 1 and 65535, not 70000"),
    ({"PORT": "0"}, "PORT must be between 1 and 65535, not 0"),
    ({"PORT": "eighty"}, "PORT: Not a valid integer"),
    ({"DEBUG": "true"}, "DEBUG must be off in production"),
    ({"DEBUG": "perhaps"}, "DEBUG: Not a valid boolean"),
    ({"INBOUND_SECRET": None}, "INBOUND_SECRET is missing"),
    ({"ADMIN_TWO_FACTOR": "false"}, "ADMIN_TWO_FACTOR must be on in production"),
    ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is missing"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name hosts"),
    ({"ALLOWED_HOSTS": "help.example.com,*"}, "ALLOWED_HOSTS must name hosts"),
    ({"PLUMBLINE_MODE": "holiday"}, "PLUMBLINE_MODE: Must be one of"),
    ({"EMAIL_PROVIDER": "pigeon"}, "EMAIL_PROVIDER: Must be one of"),
    ({"EMAIL_URL": "pigeon://coop"}, "EMAIL_URL must begin with"),
    ({"EMAIL_PROVIDER_SETTINGS": "{"}, "EMAIL_PROVIDER_SETTINGS: Not valid JSON"),
    ({"DATABASE_POOL_SIZE": "many"}, "DATABASE_POOL_SIZE: Not a valid integer"),
]


def read_settings(patch: pytest.MonkeyPatch, changes: dict[str, str | None]) -> dict[str, Any]:
    """Run the settings file in the good environment with these changes; None takes a name away."""
    for name, value in {
        **dict.fromkeys(os.environ.keys() & {"EMAIL_URL", "DEBUG", "PORT"}),
        **GOOD,
        **changes,
    }.items():
        if value is None:
            patch.delenv(name, raising=False)
        else:
            patch.setenv(name, value)
    return runpy.run_path(str(ROOT / "helpdesk" / "settings.py"))


def run_manage(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_good_environment_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings(monkeypatch, {})["MODE"] == "production"


@pytest.mark.parametrize(
    ("changes", "sentence"), REFUSALS, ids=[str(changes) for changes, _ in REFUSALS]
)
def test_a_bad_environment_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_settings(monkeypatch, changes)
    assert str(refusal.value).startswith(f"The environment does not fit:\n  - {sentence}")


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_settings(monkeypatch, {"DEBUG": "true", "INBOUND_SECRET": None, "ALLOWED_HOSTS": "*"})
    assert str(refusal.value).count("\n  - ") == 3


@pytest.mark.parametrize("name", ["SECRET_KEY", "INBOUND_SECRET"])
def test_a_refusal_repeats_no_secret(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_settings(monkeypatch, {name: "hush-insecure", "DEBUG": "true", "REDIS_URL": ""})
    assert "hush" not in str(refusal.value)


def test_the_command_line_refuses_without_a_traceback() -> None:
    done = run_manage("check", DEBUG="true")
    assert done.returncode == 1
    assert done.stderr == "The environment does not fit:\n  - DEBUG must be off in production.\n"


def test_the_deployment_check_has_nothing_to_say() -> None:
    done = run_manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
