"""The ticket and its state machine (M12-M21, M108).

Transitions guard and set the state, nothing else. What comes with a transition (times, events,
clocks, email) is in tickets/services, the only place that makes them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from accounts.models import DeskModel, Level
from accounts.models.fields import LineField
from tickets.models.choices import (
    NO_DEADLINE,
    OPEN_STATES,
    Channel,
    CloseReason,
    EmergencyState,
    Impact,
    State,
)
from tickets.models.priorities import Priority


def is_merged(ticket: Any) -> bool:
    """Return True for a ticket that was merged into another one."""
    return ticket.merged_into_id is not None


def is_not_merged(ticket: Any) -> bool:
    """Return True for a ticket that goes on by itself."""
    return not is_merged(ticket)


class TicketCounter(models.Model):
    """The last ticket number of a desk. Only open_ticket takes its row, by UPDATE .. RETURNING."""

    desk = models.OneToOneField("accounts.Desk", on_delete=models.CASCADE, primary_key=True)
    last = models.BigIntegerField(default=1000)

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.last}"


class Ticket(FSMModelMixin, DeskModel):
    """A customer's request, from its opening to its close."""

    number = models.BigIntegerField(_("number"))
    subject = LineField(_("subject"), max_length=250)
    status = FSMField(
        _("status"), max_length=14, choices=State.choices, default=State.OPEN, protected=True
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, verbose_name=_("priority"))
    product = models.ForeignKey(
        "accounts.Product",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("product"),
    )
    product_line = models.ForeignKey(
        "accounts.ProductLine",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("product line"),
        help_text=_("Set this only if it differs from the account's."),
    )
    has_defects = models.BooleanField(_("linked to defects"), default=False, db_default=False)
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        verbose_name=_("department"),
    )
    level = models.CharField(_("level"), max_length=4, choices=Level.choices, default=Level.L1)
    emergency = models.CharField(
        _("emergency"),
        max_length=12,
        choices=EmergencyState.choices,
        blank=True,
        default="",
        help_text=_("State of the last emergency reported on the ticket."),
    )
    impact = models.CharField(
        _("business impact"),
        max_length=8,
        choices=Impact.choices,
        blank=True,
        default="",
        db_default="",
        help_text=_("On the customer's business. Empty until an agent has asked."),
    )
    assignee = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="tickets",
        db_index=False,
        verbose_name=_("assignee"),
    )
    owner = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
        help_text=_("While another agent covers: who gets the ticket back."),
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.PROTECT,
        related_name="tickets",
        db_index=False,
        verbose_name=_("requester"),
    )
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.SET_NULL,
        null=True,
        related_name="tickets",
        db_index=False,
        verbose_name=_("account"),
    )
    is_unverified = models.BooleanField(
        _("unverified sender"),
        default=False,
        help_text=_("An unverified sender doesn't see an account, and no plan applies."),
    )
    match_reasons = models.JSONField(_("why this account"), default=list)
    route_reasons = models.JSONField(_("why this assignment"), default=list)
    uncovered = models.JSONField(
        _("why not covered"),
        default=dict,
        help_text=_("Why the account's plan doesn't cover the ticket; empty if it does."),
    )
    fields = models.JSONField(
        _("answers"), default=dict, help_text=_("Answers to the fields of the request form.")
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of the first message: what the email states, or else the requester's."),
    )
    mailboxes = ArrayField(
        models.CharField(max_length=254),
        verbose_name=_("mailboxes"),
        blank=True,
        default=list,
        db_default=[],
        help_text=_("The desk's mailboxes that the first email was sent to."),
    )
    required_skills = models.JSONField(
        _("required skills"),
        default=dict,
        db_default={},
        blank=True,
        help_text=_("Set by routing rules: the minimum level of each skill, by the skill's ID."),
    )
    follow_up_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        related_name="follow_ups",
        db_index=False,
        verbose_name=_("follow-up of"),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        related_name="merged",
        db_index=False,
        verbose_name=_("merged into"),
        help_text=_("New messages on this ticket go there."),
    )
    created_at = models.DateTimeField(_("opened"))
    updated_at = models.DateTimeField(_("updated"))
    due_at = models.DateTimeField(
        _("due"),
        default=NO_DEADLINE,
        help_text=_("The earliest deadline of a running clock; the year 9999 if none is running."),
    )
    due_kind = models.CharField(
        _("due"),
        max_length=16,
        blank=True,
        default="",
        help_text=_("The kind of clock with the earliest deadline."),
    )
    first_responded_at = models.DateTimeField(_("first response"), null=True)
    unanswered_since = models.DateTimeField(
        _("unanswered since"),
        null=True,
        help_text=_("When the customer wrote the first message without a reply."),
    )
    waiting_since = models.DateTimeField(_("waiting since"), null=True)
    remind_at = models.DateTimeField(
        _("reminder due"), null=True, help_text=_("When the customer is reminded to reply.")
    )
    close_at = models.DateTimeField(
        _("closes"), null=True, help_text=_("When the ticket closes if the customer doesn't reply.")
    )
    hold_until = models.DateTimeField(
        _("on hold until"),
        null=True,
        help_text=_("Until then the ticket isn't closed for inactivity, and its clocks pause."),
    )
    hold_reason = LineField(_("reason for the hold"), max_length=200, blank=True, default="")
    closed_at = models.DateTimeField(_("closed"), null=True)
    reopen_until = models.DateTimeField(
        _("can be reopened until"),
        null=True,
        help_text=_("Until then a reply reopens the closed ticket."),
    )
    close_reason = models.CharField(
        _("reason for closing"),
        max_length=12,
        choices=CloseReason.choices,
        blank=True,
        default="",
    )
    own_close_reason = models.ForeignKey(
        "tickets.ClosingReason",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("custom reason for closing"),
    )

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], name="ticket_number_unique"),
            models.CheckConstraint(
                condition=models.Q(status=State.CLOSED, closed_at__isnull=False)
                | (
                    ~models.Q(status=State.CLOSED)
                    & models.Q(closed_at__isnull=True, close_reason="")
                ),
                name="ticket_closed_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(status=State.WAITING, close_at__isnull=False)
                | (
                    ~models.Q(status=State.WAITING)
                    & models.Q(close_at__isnull=True, remind_at__isnull=True)
                ),
                name="ticket_waiting_has_deadline",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=State.CLOSED)
                | models.Q(hold_until__isnull=True, unanswered_since__isnull=True),
                name="ticket_closed_owes_nothing",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="ticket_merged_into_another"
            ),
        ]
        indexes = [
            # Only on columns that rarely change. QueueRow has the other indexes.
            models.Index(fields=["contact"], name="ticket_contact"),
            models.Index(fields=["account"], name="ticket_account"),
            models.Index(
                fields=["product"],
                condition=models.Q(product__isnull=False),
                name="ticket_of_product",
            ),
            models.Index(
                fields=["contact"], condition=models.Q(is_unverified=True), name="ticket_unverified"
            ),  # looked up with each email of a known person
            models.Index(
                fields=["product_line"],
                condition=models.Q(product_line__isnull=False),
                name="ticket_of_line",
            ),
            models.Index(
                fields=["owner"], condition=models.Q(owner__isnull=False), name="ticket_lent"
            ),
            # Without it each deleted ticket costs a scan of all tickets that refer to another one.
            models.Index(
                fields=["follow_up_of"],
                condition=models.Q(follow_up_of__isnull=False),
                name="ticket_follow_ups",
            ),
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="ticket_merged",
            ),
            models.Index(
                fields=["own_close_reason"],
                condition=models.Q(own_close_reason__isnull=False),
                name="ticket_own_close_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    @property
    def reference(self) -> str:
        """The number as people read it, such as "RC-1042"."""
        return f"{self.desk.ticket_prefix}-{self.number}"

    @property
    def word_key(self) -> str:
        """The key of the desk's name for this state (accounts.STATE_WORDS)."""
        return get_word_key(self.status, self.first_responded_at, self.reopen_until)

    def is_reopenable(self, at: datetime) -> bool:
        """Return True if a reply at this time reopens the closed ticket."""
        return self.reopen_until is not None and at <= self.reopen_until

    @transition(
        field=status,
        source=[State.OPEN, State.WAITING, State.ESCALATED],
        target=State.INVESTIGATING,
    )
    def investigate(self) -> None:
        """An agent works on it (M15)."""

    @transition(
        field=status,
        source=[State.OPEN, State.INVESTIGATING, State.ESCALATED, State.WAITING],
        target=State.WAITING,
    )
    def wait_for_customer(self) -> None:
        """An agent replied, or asked for more information (M16)."""

    @transition(
        field=status,
        source=list(OPEN_STATES),
        target=State.ESCALATED,
    )
    def escalate(self) -> None:
        """Sent to the next level (M8, M9, M18)."""

    @transition(field=status, source="*", target=State.OPEN, conditions=[is_not_merged])
    def customer_responds(self) -> None:
        """The customer wrote; open again at any point (M14)."""

    @transition(field=status, source=list(OPEN_STATES), target=State.CLOSED)
    def close(self) -> None:
        """Resolved, or a solution was provided (M20)."""

    @transition(field=status, source=State.WAITING, target=State.CLOSED)
    def close_for_silence(self) -> None:
        """No reply within the desk's number of days (M17)."""

    @transition(field=status, source=State.CLOSED, target=State.OPEN, conditions=[is_not_merged])
    def reopen(self) -> None:
        """Reopened by an agent."""

    @transition(field=status, source="*", target=State.CLOSED, conditions=[is_not_merged])
    def merge(self) -> None:
        """Merged into another ticket, which goes on for both."""

    @transition(
        field=status,
        source=State.CLOSED,
        target=RETURN_VALUE(*State.values),
        conditions=[is_merged],
    )
    def undo_merge(self, before: str) -> str:
        """Taken apart again: back in the state before the merge."""
        return before

    def list_transitions(self) -> list[str]:
        """Return the names of the transitions that are possible from the current state."""
        return sorted({move.name for move in self.get_available_status_transitions()})  # type: ignore[attr-defined]


def get_word_key(
    status: str, first_responded_at: datetime | None, reopen_until: datetime | None
) -> str:
    """Return the key of the desk's name for a state (accounts.STATE_WORDS).

    "new" before the first response, "solved" while a closed ticket can be reopened.
    """
    if status == State.OPEN and first_responded_at is None:
        return "new"
    if status == State.CLOSED and reopen_until is not None:
        return "solved"
    return str(status)
