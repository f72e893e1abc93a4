"""Words for the states of an SLA clock, and for why a part of its time counts or not."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from sla.explaining.explain import Phase, Status
from sla.runs import Reason

NOTES: dict[Phase, str | Promise] = {
    Phase.PAST: "",
    Phase.AHEAD: pgettext_lazy("part of an SLA clock", "(upcoming)"),
    Phase.AFTER_END: pgettext_lazy("part of an SLA clock", "(not needed)"),
}
PAUSES = (Reason.WAITING, Reason.STATE, Reason.HOLD, Reason.TICKET_CLOSED)

STATUS_LABELS: dict[Status, str | Promise] = {
    Status.RUNNING: pgettext_lazy("SLA clock", "Running"),
    Status.PAUSED: pgettext_lazy("SLA clock", "Paused"),
    Status.OVERDUE: pgettext_lazy("SLA clock", "Overdue"),
    Status.MET: pgettext_lazy("SLA clock", "Met"),
    Status.STOPPED: pgettext_lazy("SLA clock", "Stopped"),
}
REASONS: dict[str, str | Promise] = {
    Reason.OPEN: pgettext_lazy("part of an SLA clock", "Counted"),
    Reason.BEFORE_OPENING: pgettext_lazy("part of an SLA clock", "Before opening"),
    Reason.BREAK: pgettext_lazy("part of an SLA clock", "Break"),
    Reason.AFTER_CLOSING: pgettext_lazy("part of an SLA clock", "After closing"),
    Reason.CLOSED: pgettext_lazy("part of an SLA clock", "Outside business hours"),
    Reason.HOLIDAY: pgettext_lazy("part of an SLA clock", "Holiday"),
    Reason.EXCEPTION: pgettext_lazy("part of an SLA clock", "Different hours that day"),
    Reason.WAITING: pgettext_lazy("part of an SLA clock", "Waiting for the customer"),
    Reason.STATE: pgettext_lazy("part of an SLA clock", "Paused in this status"),
    Reason.HOLD: pgettext_lazy("part of an SLA clock", "On hold"),
    Reason.TICKET_CLOSED: pgettext_lazy("part of an SLA clock", "Ticket closed"),
}
REASONS_FOR_CUSTOMERS = REASONS | {
    Reason.WAITING: gettext_lazy("Waiting for your reply"),
    Reason.TICKET_CLOSED: gettext_lazy("Request closed"),
}
NAMED_REASONS: dict[str, str | Promise] = {
    Reason.HOLIDAY: gettext_lazy("Holiday: %(name)s"),
    Reason.EXCEPTION: gettext_lazy("Different hours that day: %(name)s"),
}
# Translators: parts of a sentence such as "Not counted: 2h waiting for the customer, 1h on hold."
PAUSED_FOR: dict[str, str | Promise] = {
    Reason.WAITING: gettext_lazy("%(time)s waiting for the customer"),
    Reason.STATE: gettext_lazy("%(time)s paused by its status"),
    Reason.HOLD: gettext_lazy("%(time)s on hold"),
    Reason.TICKET_CLOSED: gettext_lazy("%(time)s closed"),
}
PAUSED_FOR_CUSTOMERS = PAUSED_FOR | {
    Reason.WAITING: gettext_lazy("%(time)s waiting for your reply"),
}
