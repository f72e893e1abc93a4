"""One page of a list of product feedback, and the whole of it as a file (M64)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from accounts.import_export.files import write_csv
from accounts.models import Agent
from helpdesk.agent.improvements.components import EntryRow, describe_bug, describe_entry
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.defects.updates.settings import load_stage_settings
from tickets.improvements.ranking import (
    Listed,
    get_status,
    list_bugs,
    list_improvements,
    name_accounts,
)
from tickets.models import Defect, ImprovementStatus
from tickets.selectors import MAX_SEARCH_LENGTH

PAGE_SIZE = 50
MAX_PAGE = 10_000
HEADERS = ("list", "key", "title", "status", "accounts", "tickets", "account_names")


@dataclass(frozen=True, slots=True)
class Choice:
    """The list that is shown: which one, of which status ("" for all), with which words."""

    listed: Listed = Listed.DOCUMENTATION
    status: str = ImprovementStatus.OPEN
    words: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> Choice:
        """Return the choice of a URL. Values that don't exist are left out."""
        listed, status = query.get("list", ""), query.get("status", ImprovementStatus.OPEN)
        page = parse_number(query.get("page", "")) or 1
        return cls(
            listed=Listed(listed) if listed in list(Listed) else Listed.DOCUMENTATION,
            status="" if status == "all" else _read_status(status),
            words=query.get("q", "").strip()[:MAX_SEARCH_LENGTH],
            page=min(max(page, 1), MAX_PAGE),
        )

    def get_url(self, name: str = "agent:feedback", **changed: Any) -> str:
        """Return the URL of the list, with some of the choice changed."""
        own = {"list": self.listed.value, "status": self.status, "q": self.words} | changed
        own["status"] = own["status"] or "all"
        return get_url(name, query={key: str(value) for key, value in own.items() if value})

    def select(self, agent: Agent) -> QuerySet[Any]:
        """Return the entries, or the defects of the list of bugs, in their order."""
        asked = {"status": self.status, "words": self.words}
        if self.listed == Listed.BUGS:
            return list_bugs(agent, **asked)
        return list_improvements(agent, self.listed.value, **asked)


def _read_status(status: str) -> str:
    return status if status in ImprovementStatus.values else ImprovementStatus.OPEN.value


def read_rows(agent: Agent, choice: Choice) -> tuple[list[EntryRow], bool]:
    """Return a page of the list, and True if another one follows."""
    start = (choice.page - 1) * PAGE_SIZE
    found = list(choice.select(agent)[start : start + PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    named = name_accounts(agent, choice.listed, [one.pk for one in shown])
    if choice.listed == Listed.BUGS:
        settings = load_stage_settings(agent.desk_id)
        rows = [describe_bug(one, named.get(one.pk, []), settings) for one in shown]
    else:
        rows = [describe_entry(one, named.get(one.pk, [])) for one in shown]
    return rows, len(found) > PAGE_SIZE


def write_file(agent: Agent, choice: Choice) -> str:
    """Return the whole list as CSV, with the accounts whose tickets the agent sees."""
    found = list(choice.select(agent))
    named = name_accounts(agent, choice.listed, [one.pk for one in found])
    rows = [_write_row(one, choice.listed, named.get(one.pk, [])) for one in found]
    return write_csv(HEADERS, rows)


def _write_row(entry: Any, listed: Listed, accounts: list[tuple[int, str]]) -> list[str]:
    """Return an entry or a defect, which come with their counts, as cells."""
    return [
        listed.value,
        entry.key if isinstance(entry, Defect) else "",
        entry.title,
        get_status(entry).value,
        str(entry.accounts),
        str(entry.tickets),
        "; ".join(name for _pk, name in accounts),
    ]
