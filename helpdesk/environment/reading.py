"""Read the environment and .env, with one sentence for each value that can't be read."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError

# Settings that settings.py doesn't read: of the supervisor, docker compose and Django.
READ_ELSEWHERE = {"HOST", "POSTGRES_PASSWORD", "DJANGO_SETTINGS_MODULE"}
AWS_PREFIX = "AWS_"
OTEL_PREFIX = "OTEL_"
MIN_LIKENESS = 0.85  # of a misspelled name to a setting; HOSTNAME is no misspelled HOST
WHAT_TO_WRITE = {
    "PLUMBLINE_MODE": "production, demo or test",
    "DEBUG": "true or false",
    "BEHIND_HTTPS": "true or false",
    "ADMIN_TWO_FACTOR": "true or false",
    "PSEUDO_LOCALES": "true or false",
    "PORT": "a number from 1 to 65535",
    "DATABASE_POOL_SIZE": "a number from 1 to 1000",
    "MAX_STREAMS": "a number from 1 to 1000000",
    "MAX_STREAMS_PER_USER": "a number from 1 to 1000000",
    "AUTHENTICATION_HEADERS": "a number from 1 to 10",
    "EMAIL_RETURN_PATHS": "on or off",
    "METRICS_TOKEN": "a random string of at least 16 characters without spaces",
    "MAX_ATTACHMENT_MIB": "a number of MiB from 1 to 1000",
    "DELIVERIES_KEPT_DAYS": "a number of days from 1 to 36500",
    "TRUSTED_PROXY_COUNT": "a number from 0 to 20",
    "LOG_LEVEL": "DEBUG, INFO, WARNING, ERROR or CRITICAL",
    "DATABASE_URL": "a URL like postgresql://user:password@db.example.com/plumbline",
    "DATABASE_REPLICA_URL": "a URL like postgresql://user:password@replica.example.com/plumbline",
    "EMAIL_PROVIDER": "postmark, mailgun, sendgrid, mailjet, amazon_ses or brevo",
    "EMAIL_PROVIDER_SETTINGS": 'a JSON object like {"POSTMARK_SERVER_TOKEN": "..."}',
}


class Reader(Env):
    """Reader of the environment and of .env, where the environment overrides the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(eager=False)
        try:
            self.read_env(path, recurse=False)
        except (OSError, ValueError) as error:  # ValueError: a folder, or not UTF-8
            reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text file"
            raise ImproperlyConfigured(f"Cannot read {path}: {reason}.") from error

    def export(self, prefix: str = "") -> None:
        """Put what .env holds into the environment, for programs that read nothing else."""
        for name, value in self._environ.items():
            if name.startswith(prefix):
                os.environ.setdefault(name, value)

    def list_names(self) -> list[str]:
        """Return the names of all settings that were read, whether they are set or not."""
        return sorted(self._fields)

    def list_unreadable(self) -> list[str]:
        """Return a sentence for each value that could not be read. Nothing is read after this."""
        try:
            self.seal()
        except EnvValidationError as error:
            return [f"{name} must be {WHAT_TO_WRITE[name]}." for name in error.error_messages]
        return []

    def list_misspelled(self) -> list[str]:
        """Return a sentence for each name that is almost a setting."""
        others = {*os.environ, *self._environ} - {*self._fields, *READ_ELSEWHERE}
        return [
            f"{name} is not a setting. Did you mean {likely[0]}?"
            for name in sorted(others)
            if (likely := get_close_matches(name, self._fields, n=1, cutoff=MIN_LIKENESS))
        ]


def stop_on(problems: list[str], hints: list[str]) -> None:
    """Raise ImproperlyConfigured with all problems, if there are any. hints: lines to add."""
    if problems:
        lines = "".join(f"\n  - {line}" for line in dict.fromkeys([*problems, *hints]))
        raise ImproperlyConfigured(f"Plumbline cannot start with this environment:{lines}")
