"""Pages of search results, and continuing a search with older tickets."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.shared.components import Pagination
from tickets.search.find import MAX_HITS

FOUND_SIZE = 50


@dataclass(frozen=True, slots=True)
class FoundPages:
    """The pages of search results.

    unchecked_before: the ticket number below which nothing was searched yet, or None.
    """

    parameters: ListParameters
    before: int | None
    unchecked_before: int | None
    is_capped: bool

    @property
    def search_older_url(self) -> str:
        """The URL that continues the search with older tickets, or ""."""
        older = self.unchecked_before
        return self.parameters.build_url({"before": older}) if older else ""

    def paginate(self, count: int, *, first: int) -> Pagination:
        """Return the links to the pages before and after the one that starts at ``first``."""
        newer, older = max(0, first - FOUND_SIZE), first + FOUND_SIZE
        has_more = count > older
        return Pagination(
            newer_url=self._get_page_url(newer) if first else "",
            older_url=self._get_page_url(older) if has_more else self.search_older_url,
            newer_label=_("Previous"),
            older_label=_("Next") if has_more else _("Search older tickets"),
            summary=self._summarize(count),
        )

    def _get_page_url(self, first: int) -> str:
        before = {"before": self.before} if self.before else {}
        return self.parameters.build_url({"from": first, **before})

    def _summarize(self, count: int) -> str:
        given = {"count": count, "maximum": MAX_HITS, "number": self.unchecked_before}
        if self.unchecked_before:
            return (
                ngettext(
                    "%(count)s ticket found so far, searched back to ticket %(number)s",
                    "%(count)s tickets found so far, searched back to ticket %(number)s",
                    count,
                )
                % given
            )
        if self.is_capped:
            return (
                ngettext(
                    "%(count)s ticket found among the newest %(maximum)s results",
                    "%(count)s tickets found among the newest %(maximum)s results",
                    count,
                )
                % given
            )
        return ngettext("%(count)s ticket found", "%(count)s tickets found", count) % given
