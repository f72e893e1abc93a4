"""Keeps secrets that stand in paths out of the log: Django logs the path of whatever it refuses."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"(/invitation/|/password/reset/|/login/confirm/)[^/\s]{20,}")


def hide_secrets(text: str) -> str:
    """The text without tokens of invitations, password resets and confirmations of addresses."""
    return _SECRET.sub(r"\1[hidden]", text)


class HidePathSecrets(logging.Filter):
    """For a handler: changes the record's words and lets it pass (reliability.md, security 20)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = hide_secrets(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(hide_secrets(a) if isinstance(a, str) else a for a in record.args)
        return True
