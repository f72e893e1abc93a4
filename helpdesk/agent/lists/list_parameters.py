"""Parameters of a ticket list in its URL: view or search, filters, order, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from helpdesk.agent.lists.filters import ORDERS, Sort, list_filters, list_sorts
from helpdesk.shared.cursors import Order
from helpdesk.shared.urls import get_url
from tickets.selectors import MAX_SEARCH_LENGTH

ACCOUNT_NAME = "account_name"  # the field of the account filter; the URL then has the account's id


@dataclass(frozen=True)
class ListParameters:
    """A ticket list as its URL names it: either words (a search) or a view.

    filters: the active ones, name to value. account_name: what was typed to find the account by.
    """

    view: str
    words: str
    sort: Sort
    filters: dict[str, str]
    account_name: str = ""

    @classmethod
    def parse(cls, parameters: QueryDict) -> ListParameters:
        """Read a URL's parameters, without an order or a filter that the view doesn't offer."""
        words = parameters.get("q", "").strip()[:MAX_SEARCH_LENGTH]
        view = "" if words else parameters.get("view", "")
        names = list_filters(None if words else view)
        values = {name: parameters.get(name, "").strip() for name in names}
        sorts = list_sorts(view)
        wanted = parameters.get("sort", "")
        sort = Sort(wanted) if wanted in sorts else sorts[0]
        filters = {name: value for name, value in values.items() if value}
        account_name = parameters.get(ACCOUNT_NAME, "").strip()[:MAX_SEARCH_LENGTH]
        return cls(view, words, sort, filters, account_name if "account" in names else "")

    def with_account(self, account_id: int) -> ListParameters:
        """Return the same list, filtered by an account."""
        filters = {**self.filters, "account": str(account_id)}
        return replace(self, filters=filters, account_name="")

    @property
    def order(self) -> Order:
        """The order of the rows."""
        return ORDERS[self.sort]

    @property
    def names(self) -> list[str]:
        """The names of the filters this list offers."""
        return list_filters(None if self.words else self.view)

    @property
    def account_id(self) -> str:
        """The id of the account the list is filtered by, or ""."""
        return self.filters.get("account", "")

    def get_parameters(self, *, without: str = "") -> dict[str, str]:
        """Return the parameters of this list's first page.

        without: leaves out one filter, "sort", or all "filters".
        """
        sort = "" if self.words or self.sort == list_sorts(self.view)[0] else self.sort.value
        filters = {} if without == "filters" else self.filters
        every = {"q": self.words, "view": self.view, **filters, "sort": sort}
        return {name: value for name, value in every.items() if value and name != without}

    def build_url(self, place: Mapping[str, object] | None = None, *, without: str = "") -> str:
        """Return the URL of this list. place: the parameters of a page of it."""
        more = {name: str(value) for name, value in (place or {}).items() if value}
        return get_url("agent:queue", query={**self.get_parameters(without=without), **more})
