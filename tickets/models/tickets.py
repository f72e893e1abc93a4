"""The ticket and its state machine (M12-M21, M108).

Transitions guard and set the state, nothing else. Everything that a move brings with it (times, events,
clocks, mail) stands in tickets/services, the only place that calls them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import DeskModel, Level


class State(models.TextChoices):
    OPEN = "open", "Open"
    INVESTIGATING = "investigating", "At Investigation"
    WAITING = "waiting", "Waiting for Customer"
    ESCALATED = "escalated", "Escalated"
    CLOSED = "closed", "Closed"


OPEN_STATES = (State.OPEN, State.INVESTIGATING, State.WAITING, State.ESCALATED)

# Stands for "no promise runs": after every deadline, so that a queue in their order needs one index and one
# comparison, where a NULL would need two of each.
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)


class CloseReason(models.TextChoices):
    """Why a ticket is closed; silence and a solution must be tellable apart (M21)."""

    SOLVED = "solved", "Solved"
    SILENCE = "silence", "No answer from the customer"
    BY_CUSTOMER = "by_customer", "Closed by the customer"
    DUPLICATE = "duplicate", "Duplicate of another ticket"
    SPAM = "spam", "Spam"


class Channel(models.TextChoices):
    """The way in that a ticket or message took (M29)."""

    EMAIL = "email", "Email"
    WEB = "web", "Web"
    PHONE = "phone", "Phone"
    CHAT = "chat", "Chat"
    FACEBOOK = "facebook", "Facebook"
    TWITTER = "twitter", "Twitter"
    API = "api", "API"
    AGENT = "agent", "Agent"


class Priority(DeskModel):
    """A desk's priority, ranked from 1 (highest), with its published definition (M32, M40-M42)."""

    name = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField(help_text="1 is the highest.")
    definition = models.TextField(blank=True, default="")
    is_mail_default = models.BooleanField("default for e-mail", default=False, help_text="M33")

    class Meta:
        ordering = ["rank"]
        verbose_name_plural = "priorities"
        constraints = [
            models.UniqueConstraint(fields=["desk", "rank"], name="priority_rank_unique"),
            models.UniqueConstraint(fields=["desk", "name"], name="priority_name_unique"),
            models.UniqueConstraint(
                fields=["desk"],
                condition=models.Q(is_mail_default=True),
                name="priority_one_mail_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TicketCounter(models.Model):
    """The last ticket number of a desk. Its row is taken by ``UPDATE .. RETURNING`` in open_ticket only."""

    desk = models.OneToOneField("accounts.Desk", on_delete=models.CASCADE, primary_key=True)
    last = models.BigIntegerField(default=1000)

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.last}"


class Ticket(FSMModelMixin, DeskModel):
    """A customer's request and its life."""

    number = models.BigIntegerField()
    subject = models.CharField(max_length=250)
    status = FSMField(max_length=14, choices=State.choices, default=State.OPEN, protected=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, null=True)
    level = models.CharField(max_length=4, choices=Level.choices, default=Level.L1)
    assignee = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="tickets",
        db_index=False,
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.SET_NULL,
        null=True,
        related_name="tickets",
        db_index=False,
    )
    is_unverified = models.BooleanField(
        default=False,
        help_text="The sender is not proven; nothing of an account is shown or promised.",
    )
    match_reasons = models.JSONField(
        default=list, help_text="Reasons of accounts.match_reasons: why this account."
    )
    route_reasons = models.JSONField(
        default=list, help_text="Why this department and person: sentences."
    )
    fields = models.JSONField(default=dict, help_text="Answers to the desk's own form fields.")
    follow_up_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="follow_ups", db_index=False
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    due_at = models.DateTimeField(
        default=NO_DEADLINE,
        help_text="When the promise that runs comes due; the year 9999 while none runs.",
    )
    first_responded_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True, help_text="When the waiting customer is reminded.")
    close_at = models.DateTimeField(null=True, help_text="When silence closes the ticket.")
    closed_at = models.DateTimeField(null=True)
    reopen_until = models.DateTimeField(
        null=True, help_text="Until when an answer reopens the closed ticket."
    )
    close_reason = models.CharField(
        max_length=12, choices=CloseReason.choices, blank=True, default=""
    )
    subject_search = models.GeneratedField(
        expression=SearchVector("subject", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
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
        ]
        indexes = [
            models.Index(
                fields=["desk", "department", "-updated_at", "-id"],
                condition=models.Q(status__in=OPEN_STATES),
                name="ticket_queue_undone",
            ),
            models.Index(
                fields=["desk", "-updated_at", "-id"],
                condition=models.Q(status__in=OPEN_STATES),
                name="ticket_desk_undone",
            ),
            models.Index(fields=["desk", "-updated_at", "-id"], name="ticket_desk_all"),
            models.Index(
                fields=["desk", "status", "-updated_at", "-id"], name="ticket_desk_status"
            ),
            models.Index(
                fields=["desk", "assignee", "-updated_at", "-id"],
                condition=models.Q(status__in=OPEN_STATES),
                name="ticket_mine_undone",
            ),
            models.Index(
                fields=["desk", "-updated_at", "-id"],
                condition=models.Q(status__in=OPEN_STATES, assignee__isnull=True),
                name="ticket_unassigned",
            ),
            # The same views by their next deadline, and in the order of opening.
            models.Index(
                fields=["desk", "due_at", "id"],
                condition=models.Q(status__in=OPEN_STATES),
                name="ticket_desk_due",
            ),
            models.Index(
                fields=["desk", "department", "due_at", "id"],
                condition=models.Q(status__in=OPEN_STATES),
                name="ticket_queue_due",
            ),
            models.Index(
                fields=["desk", "assignee", "due_at", "id"],
                condition=models.Q(status__in=OPEN_STATES),
                name="ticket_mine_due",
            ),
            models.Index(
                fields=["desk", "due_at", "id"],
                condition=models.Q(status__in=OPEN_STATES, assignee__isnull=True),
                name="ticket_unassigned_due",
            ),
            models.Index(
                fields=["desk", "number"],
                condition=models.Q(status__in=OPEN_STATES),
                name="ticket_undone_number",
            ),
            models.Index(fields=["contact", "-updated_at", "-id"], name="ticket_of_contact"),
            models.Index(fields=["account", "-updated_at", "-id"], name="ticket_of_account"),
            models.Index(
                fields=["contact"], condition=models.Q(is_unverified=True), name="ticket_unverified"
            ),  # looked for with each mail of a known person
            models.Index(
                fields=["close_at"], condition=models.Q(status=State.WAITING), name="ticket_silent"
            ),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(remind_at__isnull=False),
                name="ticket_to_remind",
            ),
            # For the database too: without it each deleted ticket costs a look through all that refer to one.
            models.Index(
                fields=["follow_up_of"],
                condition=models.Q(follow_up_of__isnull=False),
                name="ticket_follow_ups",
            ),
            GinIndex(fields=["subject_search"], name="ticket_subject_search"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    @property
    def reference(self) -> str:
        """The number as people read it, such as RC-1042."""
        return f"{self.desk.ticket_prefix}-{self.number}"

    @property
    def word_key(self) -> str:
        """Which of the desk's words names this state (accounts.STATE_WORDS)."""
        return get_word_key(self.status, self.first_responded_at, self.reopen_until)

    def is_reopenable(self, at: datetime) -> bool:
        """Whether an answer at this time reopens the closed ticket rather than opening a linked one."""
        return self.reopen_until is not None and at <= self.reopen_until

    MOVES: ClassVar[tuple[str, ...]] = (
        "investigate",
        "wait_for_customer",
        "escalate",
        "customer_responds",
        "close",
        "close_for_silence",
        "reopen",
    )

    @transition(
        field=status,
        source=[State.OPEN, State.WAITING, State.ESCALATED],
        target=State.INVESTIGATING,
    )
    def investigate(self) -> None:
        """An analyst works on it (M15)."""

    @transition(
        field=status,
        source=[State.OPEN, State.INVESTIGATING, State.ESCALATED, State.WAITING],
        target=State.WAITING,
    )
    def wait_for_customer(self) -> None:
        """The analyst answered, or asked for more (M16)."""

    @transition(
        field=status,
        source=[State.OPEN, State.INVESTIGATING, State.WAITING],
        target=State.ESCALATED,
    )
    def escalate(self) -> None:
        """A product defect, sent on (M18)."""

    @transition(field=status, source="*", target=State.OPEN)
    def customer_responds(self) -> None:
        """The customer wrote; Open again at any point of the case (M14)."""

    @transition(field=status, source=list(OPEN_STATES), target=State.CLOSED)
    def close(self) -> None:
        """Resolved, or a solution was given (M20)."""

    @transition(field=status, source=State.WAITING, target=State.CLOSED)
    def close_for_silence(self) -> None:
        """No answer within the desk's days (M17)."""

    @transition(field=status, source=State.CLOSED, target=State.OPEN)
    def reopen(self) -> None:
        """Taken up again by a person of the desk."""

    def list_transitions(self) -> list[str]:
        """The names of the moves that the machine allows from here."""
        return sorted({move.name for move in self.get_available_status_transitions()})  # type: ignore[attr-defined]


def get_word_key(
    status: str, first_responded_at: datetime | None, reopen_until: datetime | None
) -> str:
    """Which of the desk's words names a state: "new" before the first answer, "solved" while it can be reopened."""
    if status == State.OPEN and first_responded_at is None:
        return "new"
    if status == State.CLOSED and reopen_until is not None:
        return "solved"
    return str(status)


class Participant(DeskModel):
    """Somebody besides the requester who gets the ticket's public mail: named in the form or by an agent (M87)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="participations"
    )
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "contact"], name="participant_once")
        ]

    def __str__(self) -> str:
        return str(self.contact)
