"""What the address of a list asks for: view or search, filters, order, place; and the addresses beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from helpdesk.agent.filters import ORDERS, Sort, list_filters, list_sorts
from helpdesk.shared.cursors import Order
from tickets.selectors import MAX_SEARCH_LENGTH


@dataclass(frozen=True)
class Asked:
    """A list as its address names it. Either words (a search) or a view; filters: those chosen, name to value."""

    view: str
    words: str
    sort: Sort
    filters: dict[str, str]

    @classmethod
    def read(cls, parameters: QueryDict) -> Asked:
        """From the parameters of an address; without an order that the view has not, and filters it has decided."""
        words = parameters.get("q", "").strip()[:MAX_SEARCH_LENGTH]
        view = "" if words else parameters.get("view", "")
        names = list_filters(None if words else view)
        chosen = {name: parameters.get(name, "").strip() for name in names}
        sorts = list_sorts(view)
        wanted = parameters.get("sort", "")
        sort = Sort(wanted) if wanted in sorts else sorts[0]
        return cls(view, words, sort, {name: value for name, value in chosen.items() if value})

    @property
    def order(self) -> Order:
        return ORDERS[self.sort]

    @property
    def names(self) -> list[str]:
        """The filters that this list has."""
        return list_filters(None if self.words else self.view)

    @property
    def account_id(self) -> str:
        return self.filters.get("account", "")

    def parameters(self, *, without: str = "") -> dict[str, str]:
        """Of the address of this list, from its start; without one filter, "sort", or "filters" (all)."""
        sort = "" if self.words or self.sort == list_sorts(self.view)[0] else self.sort.value
        filters = {} if without == "filters" else self.filters
        every = {"q": self.words, "view": self.view, **filters, "sort": sort}
        return {name: value for name, value in every.items() if value and name != without}

    def address(self, place: Mapping[str, object] | None = None, *, without: str = "") -> str:
        """The address of this list; place: the parameters of a page of it."""
        more = {name: str(value) for name, value in (place or {}).items() if value}
        return reverse("agent:queue", query={**self.parameters(without=without), **more})
