"""Empty states of ticket lists: what belongs there, or why nothing matches."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.agent.lists.filters import APPROVAL, MENTIONED, RECENTLY_CLOSED, SNOOZED, UNREAD
from helpdesk.agent.lists.found_pages import FoundPages
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.queue_queries import MAX_WALKED, Page
from helpdesk.shared.components import EmptyState
from tickets.models import State
from tickets.search.find import MAX_HITS

EMPTY = {
    "": (
        gettext_lazy("No open tickets"),
        gettext_lazy("New requests show up here as they arrive."),
    ),
    "mine": (
        gettext_lazy("You're all caught up"),
        gettext_lazy("Tickets assigned to you show up here."),
    ),
    MENTIONED: (
        gettext_lazy("No mentions yet"),
        gettext_lazy("Tickets where a note mentions you show up here."),
    ),
    APPROVAL: (
        gettext_lazy("No replies waiting for approval"),
        gettext_lazy("Tickets with a trainee's reply show up here until a colleague approves it."),
    ),
    SNOOZED: (
        gettext_lazy("No snoozed tickets"),
        gettext_lazy("Tickets you snooze stay here until the snooze ends or the customer replies."),
    ),
    "unassigned": (
        gettext_lazy("Every ticket is assigned"),
        gettext_lazy("Tickets without an assignee show up here."),
    ),
    "unanswered": (
        gettext_lazy("Every customer has a reply"),
        gettext_lazy(
            "Tickets with messages that no one has answered show up here, except those you snoozed."
        ),
    ),
    "soon": (
        gettext_lazy("Nothing is due within an hour"),
        gettext_lazy("Tickets with a deadline within the next hour show up here."),
    ),
    UNREAD: (
        gettext_lazy("Nothing unread"),
        gettext_lazy("Tickets with updates you haven't read show up here."),
    ),
    RECENTLY_CLOSED: (
        gettext_lazy("No tickets closed in the last 7 days"),
        gettext_lazy("Closed tickets stay here for 7 days."),
    ),
    State.WAITING.value: (
        gettext_lazy("No tickets are waiting for a customer"),
        gettext_lazy("Tickets waiting for a customer's reply show up here."),
    ),
    State.ESCALATED.value: (
        gettext_lazy("No escalated tickets"),
        gettext_lazy("Escalated tickets show up here."),
    ),
    "overdue": (
        gettext_lazy("No breached tickets"),
        gettext_lazy("Tickets past a deadline show up here."),
    ),
}


def describe_empty(parameters: ListParameters, page: Page) -> EmptyState:
    if page.older or page.newer:
        return offer_more(parameters, page)
    if parameters.filters:
        return offer_all(parameters, _("No ticket in this view matches all filters."))
    if parameters.view in EMPTY:
        title, text = EMPTY[parameters.view]
        return EmptyState(str(title), str(text))
    return EmptyState(_("No tickets here"), _("Tickets in this view show up here."))


def offer_more(parameters: ListParameters, page: Page) -> EmptyState:
    """Return the empty state of a page on which none of the checked tickets match."""
    place = {"older": page.older} if page.older else {"newer": page.newer}
    text = ngettext(
        "Checked %(count)s ticket. It doesn't match all filters.",
        "Checked %(count)s tickets. None of them match all filters.",
        MAX_WALKED,
    ) % {"count": MAX_WALKED}
    return EmptyState(
        title=_("No matching tickets so far"),
        text=text,
        action_url=parameters.build_url(place),
        action_label=_("Check more tickets"),
    )


def describe_no_results(
    parameters: ListParameters, pages: FoundPages, *, has_hits: bool
) -> EmptyState:
    """Return the empty state of a search. has_hits: the filters excluded everything it found."""
    if older_url := pages.search_older_url:
        text = (
            _("None of the newest tickets with these words match all filters.")
            if has_hits
            else _("None of the newest tickets with these words contain this exact phrase.")
        )
        return EmptyState(
            _("No results yet"),
            text,
            action_url=older_url,
            action_label=_("Search older tickets"),
        )
    if parameters.filters and pages.is_capped:
        text = _("None of the newest %(maximum)s results match all filters.")
        return offer_all(parameters, text % {"maximum": MAX_HITS})
    if parameters.filters:
        text = _("No ticket contains all of these words and matches all filters.")
        return offer_all(parameters, text)
    return EmptyState(
        _("No results"),
        _("Nothing matches all of these words. Try fewer words, or the number of the ticket."),
    )


def offer_all(parameters: ListParameters, text: str, *, title: str = "") -> EmptyState:
    return EmptyState(
        title=title or _("No matching tickets"),
        text=text,
        action_url=parameters.build_url(without="filters"),
        action_label=_("Clear filters"),
    )
