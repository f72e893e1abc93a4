"""The narrow copy of a ticket that lists, queues, counts and sweeps read (P1, P2, P17)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import KeylessDeskModel, make_change_time
from accounts.models.fields import LineField
from tickets.models.choices import ACTIVE_STATES
from tickets.models.tickets import Ticket, get_word_key

# Columns that filters use. At the end of an index, they are compared within the index, so rows that
# a filter excludes aren't read.
FILTERED = ("assignee_id", "department_id", "priority_id", "status", "account_id", "channel")
IS_OPEN = Q(is_open=True)
ABOVE_FIRST = ("l2", "rnd")  # levels with few tickets
NOBODY = 0  # as assignee_id: an index scan keeps its order for a value, but not for IS NULL


class QueueRow(KeylessDeskModel):
    """The columns of a ticket that lists show, filter and sort by.

    A trigger on tickets_ticket updates it (tickets/migrations/0027_owed_replies.py), so never
    write it. changed_at: when that was, or when a property changed that only the ticket has, by the
    database's clock; updated_at can be older. All indexes on columns that change during a ticket's
    life are here, so that updates of the ticket itself are HOT.
    """

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="queue_row"
    )
    number = models.BigIntegerField()
    subject = LineField(max_length=250)
    channel = models.CharField(max_length=10)
    status = models.CharField(max_length=14)
    is_open = models.BooleanField()
    is_unverified = models.BooleanField()
    level = models.CharField(max_length=4)
    priority_id = models.BigIntegerField()
    department_id = models.BigIntegerField(null=True)
    assignee_id = models.BigIntegerField(help_text=_("0 if unassigned."))
    owner_id = models.BigIntegerField(
        null=True, help_text=_("Who gets the ticket back from the assignee, if it is lent.")
    )
    product_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    changed_at = make_change_time()
    due_at = models.DateTimeField(
        help_text=_("When the running clock is due, or the year 9999 if none is running.")
    )
    due_kind = models.CharField(max_length=16, help_text=_("The kind of that clock."))
    response_due_at = models.DateTimeField(
        null=True, help_text=_("When the first response is or was due, even after it was sent.")
    )
    first_responded_at = models.DateTimeField(null=True)
    unanswered_since = models.DateTimeField(null=True)
    hold_until = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    close_at = models.DateTimeField(null=True)
    reopen_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=12)
    has_details = models.BooleanField(
        help_text=_("The ticket has form field answers, or the plan doesn't cover it.")
    )

    class Meta:
        verbose_name = _("queue row")
        verbose_name_plural = _("queue rows")
        indexes = [
            # Views of open tickets by deadline, by last change, and by number.
            models.Index(
                fields=["desk", "due_at", "ticket", *FILTERED],
                condition=IS_OPEN,
                name="queue_due",
            ),
            models.Index(
                fields=["desk", "updated_at", "ticket", *FILTERED],
                condition=IS_OPEN,
                name="queue_changed",
            ),
            models.Index(
                fields=["desk", "number", *FILTERED], condition=IS_OPEN, name="queue_number"
            ),
            models.Index(
                fields=["desk", "department_id", "due_at", "ticket"],
                condition=IS_OPEN,
                name="queue_department",
            ),
            models.Index(
                fields=["desk", "assignee_id", "due_at", "ticket"],
                condition=IS_OPEN,
                name="queue_assignee",
            ),
            models.Index(
                fields=["desk", "priority_id", "due_at", "ticket"],
                condition=IS_OPEN,
                name="queue_priority",
            ),
            models.Index(
                fields=["desk", "status", "updated_at", "ticket"],
                condition=IS_OPEN,
                name="queue_status",
            ),
            models.Index(
                fields=["desk", "account_id", "due_at", "ticket"],
                condition=IS_OPEN,
                name="queue_account",
            ),
            models.Index(
                fields=["desk", "unanswered_since", "ticket", *FILTERED],
                condition=IS_OPEN & Q(unanswered_since__isnull=False),
                name="queue_unanswered",
            ),
            models.Index(
                fields=["desk", "owner_id", "due_at", "ticket"],
                condition=IS_OPEN & Q(owner_id__isnull=False),
                name="queue_lent",
            ),
            models.Index(
                fields=["desk", "level", "due_at", "ticket"],
                condition=IS_OPEN & Q(level__in=ABOVE_FIRST),
                name="queue_level",
            ),
            # All tickets, including closed ones.
            models.Index(
                fields=["desk", "updated_at", "ticket", *FILTERED, "is_open"], name="queue_all"
            ),
            models.Index(fields=["desk", "number", *FILTERED, "is_open"], name="queue_all_number"),
            models.Index(fields=["desk", "changed_at", "ticket"], name="queue_by_change"),
            *(
                models.Index(
                    fields=["desk", f"{owner}_id", "updated_at", "ticket", "is_open"],
                    name=f"queue_of_{owner}",
                )
                for owner in ("contact", "account", "assignee")
            ),
            models.Index(  # counts those closed lately, whoever may see them
                fields=["desk", "closed_at", "department_id", "assignee_id"],
                condition=Q(is_open=False),
                name="queue_closed",
            ),
            # For sweeps over all desks.
            models.Index(
                fields=["close_at"], condition=Q(close_at__isnull=False), name="queue_silent"
            ),
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="queue_to_remind"
            ),
            models.Index(
                fields=["hold_until"], condition=Q(hold_until__isnull=False), name="queue_on_hold"
            ),
            models.Index(
                fields=["desk", "updated_at"],
                condition=Q(assignee_id=NOBODY, status__in=ACTIVE_STATES),
                name="queue_unassigned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def word_key(self) -> str:
        """The key of the desk's name for this state, as on the ticket."""
        return get_word_key(self.status, self.first_responded_at, self.reopen_until)
