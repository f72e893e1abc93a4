"""Parameters of a ticket list in its URL: view or search, filters, order, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from helpdesk.agent.lists.filters import ORDERS, Sort, list_filters, list_sorts
from helpdesk.agent.lists.groupings import KINDS, list_groupings
from helpdesk.shared.cursors import Cursor, Order
from helpdesk.shared.urls import get_url
from tickets.conditions.conditions import list_own_names
from tickets.conditions.own_fields import read_typed
from tickets.selectors import MAX_SEARCH_LENGTH

MAX_QUERY = 4000  # characters of the parameters, where a page names the list that it belongs to
GROUP = "group"  # in a place of a list in groups: the group's key
ACCOUNT_NAME = "account_name"  # the field of the account filter; the URL then has the account's id


@dataclass(frozen=True, slots=True)
class SavedList:
    """A saved view. missing: the properties whose values were left out, as they no longer exist.

    slug: its name in URLs. version: changes with every change of the view.
    """

    id: int
    slug: str
    name: str
    base: str
    filters: Mapping[str, str]
    sort: str
    grouping: str
    columns: tuple[str, ...]
    missing: tuple[str, ...]
    can_change: bool
    version: str


@dataclass(frozen=True)
class ListParameters:
    """A ticket list as its URL names it: either words (a search) or a view.

    filters: the active ones, name to value. account_name: what was typed to find the account by.
    saved: the view that the list started from; its URL then names what differs from it.
    """

    view: str
    words: str
    sort: Sort
    filters: dict[str, str]
    account_name: str = ""
    saved: SavedList | None = None

    @classmethod
    def parse(cls, parameters: QueryDict, saved: SavedList | None = None) -> ListParameters:
        """Read a URL's parameters, without an order or a filter that the view doesn't offer."""
        words = parameters.get("q", "").strip()[:MAX_SEARCH_LENGTH]
        view = "" if words else saved.base if saved else parameters.get("view", "")
        own: Mapping[str, str] = saved.filters if saved else {}
        names = [
            *list_filters(None if words else view),
            *list_own_names({**parameters.dict(), **own}),
        ]
        values = {name: parameters.get(name, own.get(name, "")).strip() for name in names}
        values |= read_typed({name: parameters.get(name, "") for name in parameters})
        sorts = list_sorts(view)
        wanted = parameters.get("sort") or (saved.sort if saved else "")
        sort = Sort(wanted) if wanted in sorts else sorts[0]
        filters = {name: value for name, value in values.items() if value}
        account_name = parameters.get(ACCOUNT_NAME, "").strip()[:MAX_SEARCH_LENGTH]
        name = account_name if "account" in names else ""
        return cls(view, words, sort, filters, name, saved)

    def with_account(self, account_id: int) -> ListParameters:
        """Return the same list, filtered by an account."""
        filters = {**self.filters, "account": str(account_id)}
        return replace(self, filters=filters, account_name="")

    @property
    def order(self) -> Order:
        """The order of the rows."""
        return ORDERS[self.sort]

    @property
    def grouping(self) -> str:
        """What the list is grouped by, or ""."""
        wanted = self.saved.grouping if self.saved else ""
        return wanted if wanted in list_groupings(self.view) else ""

    def parse_place(self, text: str) -> Cursor | None:
        """Return the place in a parameter of the list's URL; None if it isn't one."""
        if not self.grouping:
            return Cursor.parse(text, self.order)
        before_group, within = (GROUP,), (GROUP, *self.order.fields)
        place = Cursor.parse(text, Order(within)) or Cursor.parse(text, Order(before_group))
        key = place.values[0] if place else None
        return place if isinstance(key, int) and KINDS[self.grouping].has_key(key) else None

    @property
    def names(self) -> list[str]:
        """The names of the filters this list offers."""
        return list_filters(None if self.words else self.view)

    @property
    def account_id(self) -> str:
        """The id of the account the list is filtered by, or ""."""
        return self.filters.get("account", "")

    @property
    def slug(self) -> str:
        """The view as URLs name it."""
        return self.saved.slug if self.saved else self.view

    @property
    def is_changed(self) -> bool:
        """True if the list differs from the saved view that it started from."""
        found = self.saved
        return found is not None and (
            self.filters != dict(found.filters) or self.sort != self._usual_sort
        )

    def expand(self) -> ListParameters:
        """Return the same list without reference to a saved view."""
        return replace(self, saved=None)

    @property
    def _usual_sort(self) -> Sort:
        sorts = list_sorts(self.view)
        wanted = self.saved.sort if self.saved else ""
        return Sort(wanted) if wanted in sorts else sorts[0]

    def get_parameters(self, *, without: str = "") -> dict[str, str]:
        """Return the parameters of this list's first page.

        without: leaves out one filter, "sort", or all "filters".
        """
        sort = "" if self.words or self.sort == self._usual_sort else self.sort.value
        every = {"q": self.words, "view": self.slug, **self._list_filters(without), "sort": sort}
        own = self.saved.filters if self.saved else {}
        return {
            name: value
            for name, value in every.items()
            if name != "sort" or without != "sort"
            if value or name in own
        }

    def _list_filters(self, without: str) -> dict[str, str]:
        """Return the filters of a URL: with a saved view, those that differ from it."""
        if without == "filters":
            return {}
        filters = {name: value for name, value in self.filters.items() if name != without}
        if self.saved is None:
            return filters
        own = self.saved.filters
        removed = {name: "" for name in own if name not in filters}
        changed = {name: value for name, value in filters.items() if own.get(name) != value}
        return {**changed, **removed}

    def build_url(self, place: Mapping[str, object] | None = None, *, without: str = "") -> str:
        """Return the URL of this list. place: the parameters of a page of it."""
        more = {name: str(value) for name, value in (place or {}).items() if value}
        return get_url("agent:queue", query={**self.get_parameters(without=without), **more})
