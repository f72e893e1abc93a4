"""Problems of a desk's rules, found with its present staff, as sentences for admins."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk
from routing.candidates import list_departments, list_members
from routing.rules.book import get_rule_book
from routing.rules.problems import ProblemCode, Staff, list_problems

SENTENCES: dict[str, str | Promise] = {
    ProblemCode.NO_EFFECT: _("It has no effect: add an action, or let it stop the list."),
    ProblemCode.IMPOSSIBLE: _("No request can meet all of its conditions."),
    ProblemCode.HIDDEN: _(
        "It is never tried: the earlier rule “%(other)s” applies to all of its requests and stops "
        "the list."
    ),
    ProblemCode.CONTRADICTED: _(
        "It contradicts the earlier rule “%(other)s”, which applies to all of its requests and "
        "decides first."
    ),
    ProblemCode.NO_AGENTS: _("No active agent at its level works in %(other)s."),
    ProblemCode.NO_SKILL: _("No active agent has the skills that it requires."),
}
NO_AGENTS_ANYWHERE = _("No active agent works at its level.")


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A problem of a rule in words."""

    rule_id: int
    rule: str
    text: str


def find_problems(desk: Desk) -> list[FoundProblem]:
    """Return the problems of a desk's active rules. Reads the desk's configuration again."""
    desk.refresh_from_db(fields=["config_version"])
    book = get_rule_book(desk)
    staff = [
        Staff(str(one.agent.level), departments, one.skills)
        for one, departments in list_members(desk)
    ]
    departments = {each.pk: each.name for each in list_departments(desk)}
    names = {rule.id: rule.name for rule in book.rules}
    found = list_problems(book.rules, staff, departments)
    return [
        FoundProblem(each.rule_id, names[each.rule_id], _describe(each.code, each.other))
        for each in found
    ]


def _describe(code: ProblemCode, other: str) -> str:
    if code == ProblemCode.NO_AGENTS and not other:
        return str(NO_AGENTS_ANYWHERE)
    return str(SENTENCES[code]) % {"other": other}
