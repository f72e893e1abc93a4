"""The text of a new issue: what engineering needs, and no customer unless the desk says so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import override

from channels_intake.outgoing.composing import get_desk_url
from tickets.models import RECORD_FIELDS, Defect, DefectLink

MAX_ACCOUNTS = 50
MIN_NAME = 3  # characters; anything shorter would be found in too many words
ABOUT_CUSTOMERS = ("affected_users", "business_impact")
BREAK = "\u200b"  # a space without width
# Each is tried once per line or word: a text can be long, and come from a customer.
_COMMAND = re.compile(r"^([^\S\n]*)/(?=\w)", re.MULTILINE)
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_ADDRESS = re.compile(r"(?<![^\s<>()\[\],;:\"'])[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")


class IssueText(NamedTuple):
    title: str
    body: str


def write_issue(defect: Defect, *, names_customers: bool) -> IssueText:
    """Return title and body (Markdown) of a defect's issue. Engineering's language is English.

    Unless the desk names its customers there, email addresses and the names of the accounts and
    contacts whose tickets are linked are left out of what analysts wrote.
    """
    with override("en"):
        facts = list(_list_facts(defect, names_customers=names_customers))
        accounts, people = _list_customers(defect)
    title = f"{defect.key}: {defect.title}"
    if names_customers:
        facts += [("Accounts", "\n".join(f"- {name}" for name in accounts[:MAX_ACCOUNTS]))]
    else:
        hidden = {*accounts, *people}
        title = hide_customers(title, hidden)
        facts = [(name, hide_customers(text, hidden)) for name, text in facts]
    parts = [f"**{name}**\n{disarm(text)}" for name, text in facts if text]
    url = f"{get_desk_url(defect.desk)}/agent/defects/{defect.number}/"
    return IssueText(disarm(title), "\n\n".join([*parts, f"{defect.key}: {url}"]))


def hide_customers(text: str, names: Collection[str]) -> str:
    """Return text without email addresses and these names, in any case. Pure."""
    text = _ADDRESS.sub("[address]", text)
    long = sorted({name.strip() for name in names if len(name.strip()) >= MIN_NAME}, key=len)
    if not long:
        return text
    pattern = "|".join(re.escape(name) for name in reversed(long))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", "[customer]", text, flags=re.IGNORECASE)


def disarm(text: str) -> str:
    """Return a customer's words so that they notify nobody, run nothing and hide nothing. Pure.

    GitLab runs lines such as "/close", both hosts notify after an @, and comments are invisible.
    """
    text = _COMMAND.sub(rf"\1{BREAK}/", text).replace("<!--", f"<{BREAK}!--")
    return _MENTION.sub(f"@{BREAK}", text)


def _list_facts(defect: Defect, *, names_customers: bool) -> Iterable[tuple[str, str]]:
    yield "Severity", str(defect.get_severity_display())
    yield "Product", str(defect.product or "")
    yield "Affected versions", defect.affected_versions
    for name in RECORD_FIELDS:
        if name not in ABOUT_CUSTOMERS or names_customers:
            yield _get_name(name), str(getattr(defect, name)).strip()
    yield "Workaround", defect.workaround.strip()


def _get_name(field: str) -> str:
    return str(capfirst(str(getattr(Defect._meta.get_field(field), "verbose_name", field))))


def _list_customers(defect: Defect) -> tuple[list[str], list[str]]:
    """Return the names of the accounts, and of the contacts, whose tickets are linked."""
    links = DefectLink.objects.filter(defect=defect)
    accounts = set(links.values_list("ticket__account__name", flat=True)) - {None}
    people = set(links.values_list("ticket__contact__name", flat=True)) - {None}
    return sorted(map(str, accounts)), sorted(map(str, people))
