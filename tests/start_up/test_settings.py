"""An invalid environment is rejected with clear messages before anything starts."""

import os
import re
import runpy
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from helpdesk.environment.mail import parse_email_url
from helpdesk.environment.reading import WHAT_TO_WRITE, Reader
from helpdesk.environment.security import list_weak_secrets

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
    "EMAIL_URL": "smtp+tls://plumbline:hush-password@smtp.example.com:587",
}
INVALID: list[tuple[dict[str, str | None], str]] = [
    ({"DATABASE_URL": None}, "DATABASE_URL is missing"),
    ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be a URL like postgresql://"),
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
    ({"PORT": "70000"}, "PORT must be a number from 1 to 65535"),
    ({"PORT": "0"}, "PORT must be a number from 1"),
    ({"PORT": "eighty"}, "PORT must be a number from 1"),
    ({"DEBUG": "true"}, "DEBUG must be off in production"),
    ({"DEBUG": "perhaps"}, "DEBUG must be true or false"),
    ({"INBOUND_SECRET": None}, "INBOUND_SECRET is missing"),
    ({"ADMIN_TWO_FACTOR": "false"}, "ADMIN_TWO_FACTOR must be on in production"),
    ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is missing"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must list host names"),
    ({"ALLOWED_HOSTS": "help.example.com,*"}, "ALLOWED_HOSTS must list host names"),
    ({"PLUMBLINE_MODE": "holiday"}, "PLUMBLINE_MODE must be production, demo or test"),
    ({"EMAIL_PROVIDER": "pigeon"}, "EMAIL_PROVIDER must be postmark,"),
    ({"EMAIL_URL": "pigeon://coop"}, "EMAIL_URL must start with"),
    ({"EMAIL_PROVIDER_SETTINGS": "{"}, "EMAIL_PROVIDER_SETTINGS must be a JSON object"),
    ({"DATABASE_POOL_SIZE": "many"}, "DATABASE_POOL_SIZE must be a number from 1"),
    ({"DATABASE_POOL_SIZE": "0"}, "DATABASE_POOL_SIZE must be a number from 1"),
    ({"DATABASE_POOL_SIZE": "-1"}, "DATABASE_POOL_SIZE must be a number from 1"),
    ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "DATABASE_URL must start with postgresql://"),
    ({"DATABASE_URL": "mysql://a:hush@b/c"}, "DATABASE_URL must start with postgresql://"),
    ({"DATABASE_URL": "postgresql://plumbline@localhost"}, "DATABASE_URL names no database"),
    ({"DATABASE_REPLICA_URL": "sqlite:///x"}, "DATABASE_REPLICA_URL must start with postgresql"),
    ({"REDIS_URL": "banana"}, "REDIS_URL must be a URL like redis://localhost:6379/0"),
    ({"REDIS_URL": "http://localhost:6379"}, "REDIS_URL must be a URL like redis://"),
    ({"REDIS_URL": "redis://:hush/or#not@localhost:x/0"}, "REDIS_URL must be a URL like redis"),
    ({"REDIS_URL": "redis://localhost:6379/zero"}, "REDIS_URL must end with the number of a"),
    ({"SITE_URL": "banana"}, "SITE_URL must be the address of the start page"),
    ({"SITE_URL": "https://help.example.com/desk"}, "SITE_URL must be the address of the start"),
    ({"SITE_URL": "https://help.example.com:x"}, "SITE_URL is not a URL"),
    ({"SITE_URL": "https://help..example.com"}, "SITE_URL is not a URL"),
    ({"SITE_URL": "banana", "PLUMBLINE_MODE": "demo"}, "SITE_URL must be the address of the"),
    ({"ALLOWED_HOSTS": "https://help.example.com"}, "ALLOWED_HOSTS must list host names without"),
    ({"ALLOWED_HOSTS": "help.example.com:443"}, "ALLOWED_HOSTS must list host names without"),
    ({"EMAIL_URL": None}, "EMAIL_URL is missing, so no email could be sent"),
    ({"EMAIL_URL": "console://"}, "EMAIL_URL sends nothing"),
    ({"EMAIL_URL": "smtp://"}, "EMAIL_URL must start with smtp://"),
    ({"EMAIL_URL": "smtps://smtp.example.com:587"}, "EMAIL_URL must start with smtp+ssl:// for"),
    ({"EMAIL_URL": "smtp+tls://a:hu/sh@smtp.example.com"}, "EMAIL_URL must start with smtp://"),
    ({"EMAIL_PROVIDER_SETTINGS": "[1]"}, "EMAIL_PROVIDER_SETTINGS must be a JSON object"),
    ({"EMAIL_PROVIDER_SETTINGS": '{"A": "hush"}'}, "EMAIL_PROVIDER is missing"),
    ({"EMAIL_PROVIDER": "postmark"}, "EMAIL_PROVIDER_SETTINGS needs POSTMARK_SERVER_TOKEN"),
    ({"EMAIL_PROVIDER": "mailjet"}, "EMAIL_PROVIDER_SETTINGS needs MAILJET_API_KEY"),
    ({"DEFAULT_FROM_EMAIL": "the desk"}, "DEFAULT_FROM_EMAIL must be an email address"),
    ({"MAX_ATTACHMENT_MIB": "-5"}, "MAX_ATTACHMENT_MIB must be a number of MiB from 1"),
    ({"DELIVERIES_KEPT_DAYS": "0"}, "DELIVERIES_KEPT_DAYS must be a number of days from 1"),
    ({"MAX_STREAMS": "0"}, "MAX_STREAMS must be a number from 1"),
    ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT must be a number from 0"),
    ({"LOG_LEVEL": "banana"}, "LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    ({"LOG_LEVEL": ""}, "LOG_LEVEL must be DEBUG,"),
    ({"METRICS_TOKEN": "hush"}, "METRICS_TOKEN must be a random string of at least 16"),
    ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS must list the origins"),
    ({"CORS_ALLOWED_ORIGINS": "https://a.example/path"}, "CORS_ALLOWED_ORIGINS must list"),
    ({"CORS_ALLOWED_ORIGINS": "a.example"}, "CORS_ALLOWED_ORIGINS must list the origins"),
    ({"METRICS_NETWORKS": "intranet"}, "METRICS_NETWORKS must list addresses or networks"),
    ({"METRICS_NETWORKS": "10.0.0.1/8"}, "METRICS_NETWORKS must list addresses or networks"),
    ({"METRICS_NETWORKS": "0.0.0.0/0"}, "METRICS_NETWORKS must not list every address"),
    ({"SECRET_KEY_FALLBACKS": "hush"}, "SECRET_KEY_FALLBACKS must list former values"),
    ({"SECRET_KEY_FALLBACKS": VALID["SECRET_KEY"]}, "SECRET_KEY_FALLBACKS must not list SECRET"),
    ({"SECRET_KEY_FALLBACKS": "hush" * 20}, "SECRET_KEY_FALLBACKS repeats itself and can be"),
    ({"SENTRY_DSN": "hush"}, "SENTRY_DSN must be the DSN of a project"),
    ({"SENTRY_DSN": "https://sentry.example.com/1"}, "SENTRY_DSN must be the DSN of a project"),
    ({"SENTRY_DSN": "https://hush@sentry.example.com/"}, "SENTRY_DSN must be the DSN of a"),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT must be a"),
    ({"OTEL_EXPORTER_OTLP_HEADERS": "hush"}, "OTEL_EXPORTER_OTLP_HEADERS must list headers"),
    ({"OTEL_EXPORTER_OTLP_HEADERS": "key=hush"}, "OTEL_EXPORTER_OTLP_ENDPOINT is missing"),
    ({"AUTHENTICATION_HEADERS": "two"}, "AUTHENTICATION_HEADERS must be a number from 1"),
    ({"AUTHENTICATION_HEADERS": "0"}, "AUTHENTICATION_HEADERS must be a number from 1"),
    ({"EMAIL_RETURN_PATHS": "perhaps"}, "EMAIL_RETURN_PATHS must be on or off"),
    ({"DATA_DIR": __file__}, "DATA_DIR must be a folder, but"),
    ({"DATA_DIR": f"{__file__}/data"}, "DATA_DIR must be a folder, but"),
    ({"MEDIA_BUCKET": "s3://files"}, "MEDIA_BUCKET must be the name of a bucket only"),
    ({"MEDIA_FALLBACK": "/srv/files"}, "MEDIA_FALLBACK must be disk, or the name of a bucket"),
    ({"MEDIA_FALLBACK": "disk"}, "MEDIA_FALLBACK must be another place"),
    ({"MEDIA_FALLBACK": "files", "MEDIA_BUCKET": "files"}, "MEDIA_FALLBACK must be another"),
    ({"OUTGOING_PROXY": "proxy.internal:3128"}, "OUTGOING_PROXY must be a URL like http://proxy"),
    ({"OUTGOING_PROXY": "socks5://proxy:1080"}, "OUTGOING_PROXY must be a URL like http://proxy"),
    ({"OUTGOING_PROXY": "http://a:hush@proxy"}, "OUTGOING_PROXY must be a URL like http://proxy"),
    ({"OUTGOING_PROXY": "http://a:hush@b:x/"}, "OUTGOING_PROXY must be a URL like http://proxy"),
    ({"BACKUP_ACCESS_KEY_ID": "hush"}, "BACKUP_SECRET_ACCESS_KEY is missing"),
    ({"BACKUP_ENDPOINT_URL": "s3.example.com"}, "BACKUP_ENDPOINT_URL must be a URL like https"),
    (
        {"MEDIA_BUCKET": "files", "AWS_ACCESS_KEY_ID": "hush"},
        "AWS_SECRET_ACCESS_KEY is missing",
    ),
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


def test_an_invalid_environment_is_rejected_with_a_message() -> None:
    assert len(INVALID) >= 42
    for changes, message in INVALID:
        with pytest.MonkeyPatch.context() as patch:
            with pytest.raises(ImproperlyConfigured) as error:
                read_settings(patch, changes)
            text = str(error.value)
        start = f"Plumbline cannot start with this environment:\n  - {message}"
        assert text.startswith(start), (changes, text)
        assert "hush" not in text, changes


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


def test_each_setting_that_can_be_wrong_has_a_sentence() -> None:
    source = (ROOT / "helpdesk" / "settings.py").read_text()
    typed = re.findall(r'env\.(?:bool|int|json|dj_db_url)\(\s*"([A-Z_]+)"', source)
    checked = re.findall(r'env\.\w+\(\s*"([A-Z_]+)",[^()]*validate=', source)
    assert {"METRICS_TOKEN", "PORT"} <= {*typed, *checked}
    assert {*typed, *checked} <= set(WHAT_TO_WRITE)


def test_options_of_the_database_url_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without sslmode, the connection would not be encrypted, or to anyone."""
    url = f"{VALID['DATABASE_URL']}?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    options = read_settings(monkeypatch, {"DATABASE_URL": url})["DATABASES"]["default"]["OPTIONS"]
    assert options["sslmode"] == "verify-full"
    assert options["sslrootcert"] == "/etc/ca.pem"
    assert options["pool"]["min_size"] == 1


def test_a_log_level_may_be_in_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings(monkeypatch, {"LOG_LEVEL": "warning"})
    assert settings["LOGGING"]["root"]["level"] == "WARNING"


def test_one_url_is_for_starttls_and_one_for_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL"]
    for url, expected in {
        "smtp://mail.example.com": ["mail.example.com", 25, "", "", False, False],
        "smtp+tls://me%40a.com:p%2Fq@b.com:2587": ["b.com", 2587, "me@a.com", "p/q", True, False],
        "smtp+tls://b.com": ["b.com", 587, "", "", True, False],
        "smtp+ssl://b.com": ["b.com", 465, "", "", False, True],
        "smtp://b.com:465?ssl=true": ["b.com", 465, "", "", False, True],
        "submission://b.com": ["b.com", 587, "", "", True, False],
    }.items():
        settings = read_settings(monkeypatch, {"EMAIL_URL": url})
        assert [settings[f"EMAIL_{name}"] for name in names] == expected, url
        assert settings["EMAIL_BACKEND"] == "channels_intake.outgoing.smtp.EmailBackend"
    example = (ROOT / ".env.example").read_text()
    for scheme in ("smtp+tls://", "smtp+ssl://"):
        [line] = [line for line in example.splitlines() if f"EMAIL_URL={scheme}" in line]
        assert parse_email_url(line.partition("=")[2])


def test_what_a_provider_needs_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    token = {"EMAIL_PROVIDER_SETTINGS": '{"POSTMARK_SERVER_TOKEN": "token"}', "EMAIL_URL": None}
    settings = read_settings(monkeypatch, {"EMAIL_PROVIDER": "postmark", **token})
    assert settings["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"


def test_a_misspelled_name_is_reported_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    hint = "ALOWED_HOSTS is not a setting. Did you mean ALLOWED_HOSTS?"
    monkeypatch.setenv("ALOWED_HOSTS", "help.example.com")
    assert hint in read_settings(monkeypatch, {})["MISSPELLED"]
    with pytest.raises(ImproperlyConfigured, match=re.escape(hint)):
        read_settings(monkeypatch, {"ALLOWED_HOSTS": None})


def test_an_env_file_reaches_boto3_and_must_be_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".env"
    path.write_text("AWS_ENDPOINT_URL=https://s3.example.com\nAWS_REGION=of-the-file\nPORT=9\n")
    monkeypatch.setenv("AWS_REGION", "of-the-environment")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.delenv("PORT", raising=False)
    Reader(path).export("AWS_")
    assert os.environ["AWS_ENDPOINT_URL"] == "https://s3.example.com"
    assert os.environ["AWS_REGION"] == "of-the-environment"
    assert "PORT" not in os.environ
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ImproperlyConfigured, match="Cannot read"):
        Reader(path)


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


def test_web_and_workers_show_no_traceback() -> None:
    environment = {"PATH": os.environ["PATH"], **VALID, "REDIS_URL": "banana"}
    for program in (["-c", "import helpdesk.asgi"], ["-m", "celery", "-A", "helpdesk", "worker"]):
        done = subprocess.run(
            [sys.executable, *program],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr.startswith("Plumbline cannot start with this environment:"), program
        assert "Traceback" not in done.stderr


def test_the_deployment_check_finds_nothing() -> None:
    done = run_manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
