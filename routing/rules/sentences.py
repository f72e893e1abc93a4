"""Rules, conditions and actions in words, in the reader's language. No query, no clock.

The dictionaries are those of a version (versions.py) and of a trace (live.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import AccountStatus, Desk
from accounts.places.countries import get_country_name
from accounts.places.languages import list_offered_languages
from routing.models import ActionKind, ConditionKind, SkillLevel, WordScope
from routing.models.rules import NO_ACCOUNT, UNVERIFIED, VERIFIED
from routing.rules.evaluation import DECIDED_BEFORE, LOWERS_LEVEL, RAISED_BY_EMAIL
from tickets.models import Channel

Facts = Mapping[str, Any]

SENDERS: dict[str, str | Promise] = {
    VERIFIED: pgettext_lazy("sender", "verified"),
    UNVERIFIED: pgettext_lazy("sender", "unverified"),
}
REFUSED: dict[str, str | Promise] = {
    DECIDED_BEFORE: gettext_lazy("An earlier rule has decided this."),
    RAISED_BY_EMAIL: gettext_lazy("Nothing in an email can raise its priority."),
    LOWERS_LEVEL: gettext_lazy("The ticket is at a higher level already."),
}
WORDS: dict[str, str | Promise] = {
    WordScope.ANYWHERE: gettext_lazy("Subject or description has the words: %(value)s"),
    WordScope.SUBJECT: gettext_lazy("The subject has the words: %(value)s"),
    WordScope.DESCRIPTION: gettext_lazy("The description has the words: %(value)s"),
}
NO_WORDS: dict[str, str | Promise] = {
    WordScope.ANYWHERE: gettext_lazy("Subject and description don't have the words: %(value)s"),
    WordScope.SUBJECT: gettext_lazy("The subject doesn't have the words: %(value)s"),
    WordScope.DESCRIPTION: gettext_lazy("The description doesn't have the words: %(value)s"),
}


def describe_condition(condition: Facts) -> str:
    """Return a condition as a sentence, such as "Plan is Premium"."""
    kind, is_negated = condition["kind"], condition["is_negated"]
    if kind == ConditionKind.WORDS:
        words = NO_WORDS if is_negated else WORDS
        return str(words[condition["scope"]]) % {"value": condition["value"]}
    named = {
        "what": condition["label"] or ConditionKind(kind).label,
        "value": describe_value(kind, condition["value"]),
    }
    if is_negated:
        return _("%(what)s is not %(value)s") % named
    return _("%(what)s is %(value)s") % named


def describe_value(kind: str, value: str) -> str:
    """Return the word for a code of this kind; names and answers stay as they are."""
    if kind == ConditionKind.ACCOUNT_STATUS:
        if value in ("", NO_ACCOUNT):
            return _("No account")
        return str(dict(AccountStatus.choices).get(value, value))
    if kind == ConditionKind.CHANNEL:
        return str(dict(Channel.choices).get(value, value))
    if kind == ConditionKind.LANGUAGE:
        return dict(list_offered_languages()).get(value.lower(), value)
    if kind == ConditionKind.COUNTRY:
        return get_country_name(value)
    if kind == ConditionKind.SENDER:
        return str(SENDERS.get(value, value))
    return value


def describe_seen(condition: Facts, facts: Facts, answers: Facts) -> str:
    """Return what a condition saw, in words. answers: of the ticket, to the form's fields."""
    kind = condition["kind"]
    if kind == ConditionKind.WORDS:
        return ""
    if kind == ConditionKind.FIELD:
        return str(answers.get(condition["key"], "")) or _("No answer")
    if kind == ConditionKind.MAILBOX:
        return ", ".join(facts["mailboxes"]) or _("None")
    if kind == ConditionKind.TAG:
        return ", ".join(facts.get("tags", ())) or _("None")
    if kind == ConditionKind.SENDER:
        return str(SENDERS[UNVERIFIED if facts["is_unverified"] else VERIFIED])
    value = facts[kind]
    if not value and kind != ConditionKind.ACCOUNT_STATUS:
        return _("None")
    return describe_value(kind, value)


def describe_action(action: Facts, desk: Desk) -> str:
    """Return an action as a sentence, such as "Department: Security"."""
    named = {"what": ActionKind(action["kind"]).label, "target": action["name"]}
    if action["kind"] == ActionKind.LEVEL:
        named["target"] = desk.word_for_level(action["value"])
    if action["kind"] == ActionKind.SKILL:
        named["level"] = SkillLevel(int(action["value"] or 1)).label
        return _("%(what)s: %(target)s (%(level)s or better)") % named
    return _("%(what)s: %(target)s") % named


def describe_refusal(reason: str) -> str:
    """Return why an action had no effect; "" if it had one."""
    return str(REFUSED.get(reason, reason))
