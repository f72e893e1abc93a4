"""Sentences about attempts, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.logins.sealing import UNDECRYPTABLE
from accounts.network.errors import REQUEST_SENTENCES, URL_SENTENCES
from accounts.sentences import fill_sentence
from tickets.webhooks.attempts import Outcome, Result, judge
from tickets.webhooks.sending import NOT_BUILT, NOT_TAKEN

SENTENCES: dict[str, Promise] = {
    **URL_SENTENCES,
    **REQUEST_SENTENCES,
    NOT_TAKEN: gettext_lazy("Not sent: the webhook no longer takes this event or this ticket."),
    NOT_BUILT: gettext_lazy("Plumbline could not build the request (%(error)s)."),
    UNDECRYPTABLE: gettext_lazy("The secret can't be decrypted. Create a new one."),
}


def describe_attempt(entry: Mapping[str, Any]) -> str:
    """Return what came of a stored attempt."""
    return _describe(entry.get("status"), entry.get("problem") or {})


def describe_result(result: Result) -> str:
    """Return what came of an attempt."""
    return _describe(result.status, result.problem)


def _describe(status: int | None, problem: Mapping[str, Any]) -> str:
    if problem:
        code = problem["code"]
        sentence = SENTENCES.get(code)
        return fill_sentence(sentence, problem["data"], code=code) if sentence else code
    if status is None:
        return _("No response.")
    if 300 <= status < 400:
        return _("Status %(status)s: redirects aren't followed.") % {"status": status}
    if judge(status) == Outcome.DELIVERED:
        return _("Status %(status)s: accepted.") % {"status": status}
    return _("Status %(status)s: not accepted.") % {"status": status}
