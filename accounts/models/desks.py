"""The desk: a company that runs its support here (M105)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.desk_texts import DeskTexts
from accounts.models.fields import LineField

ACCENT_NAMES = [
    ("indigo", pgettext_lazy("color", "Indigo")),
    ("teal", pgettext_lazy("color", "Teal")),
    ("rose", pgettext_lazy("color", "Rose")),
    ("amber", pgettext_lazy("color", "Amber")),
    ("violet", pgettext_lazy("color", "Violet")),
    ("green", pgettext_lazy("color", "Green")),
    ("blue", pgettext_lazy("color", "Blue")),
    ("slate", pgettext_lazy("color", "Slate")),
]
ACCENTS = [accent for accent, _name in ACCENT_NAMES]


def get_warn_points() -> list[int]:
    """Return the percentages of an SLA target at which a new desk warns its agents."""
    return [75]


class Desk(DeskTexts):
    """A tenant. Its address is its own domain, or the first path segment of the installation's."""

    slug = models.SlugField(
        _("path"), max_length=40, unique=True, help_text=_("The first part of the desk's path.")
    )
    name = LineField(_("name"), max_length=80)
    domain = models.CharField(
        _("domain"),
        max_length=253,
        blank=True,
        default="",
        help_text=_("A custom host name for this desk, in lowercase. Leave empty to use the path."),
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    accent = models.CharField(
        _("color"),
        max_length=10,
        default="indigo",
        choices=ACCENT_NAMES,
        help_text=_(
            "The color of buttons, links and highlights. It is darkened on light backgrounds and"
            " lightened on dark ones so that text stays readable."
        ),
    )
    logo = models.CharField(_("logo"), max_length=200, blank=True, default="", editable=False)
    ticket_prefix = models.CharField(
        _("ticket prefix"),
        max_length=6,
        validators=[RegexValidator(r"^[A-Z]{1,6}$", _("Enter one to six capital letters."))],
    )
    hotline = models.CharField(_("hotline"), max_length=40, blank=True, default="")
    silence_days = models.PositiveSmallIntegerField(
        _("days before closing"),
        default=7,
        validators=[MinValueValidator(1)],
        help_text=_("Days without a customer reply before a waiting ticket is closed."),
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("days before a reminder"),
        default=5,
        help_text=_("Days without a customer reply before a reminder is sent. 0 sends none."),
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("days to reopen"),
        default=14,
        help_text=_("Days after closing in which a customer's reply reopens the ticket."),
    )
    free_domains = models.JSONField(
        _("free email domains"),
        default=list,
        blank=True,
        help_text=_(
            "Domains where anyone can get an address, in addition to the well-known ones. Their"
            " senders are not matched to an account."
        ),
    )
    email_source_days = models.PositiveSmallIntegerField(
        _("days to keep raw email"),
        default=365,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Days before the raw source of a received email is deleted. Messages, attachments and"
            " quarantined email are kept."
        ),
    )
    notification_days = models.PositiveSmallIntegerField(
        _("days to keep read notifications"),
        default=90,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Days before a read notification is deleted. The ticket's history is not affected."
        ),
    )
    closed_file_days = models.PositiveSmallIntegerField(
        _("days to keep files of closed tickets"),
        default=0,
        db_default=0,
        help_text=_(
            "Days after closing before a ticket's files are deleted for good. Their names stay."
            " Enter 0 to keep them as long as the ticket."
        ),
    )
    webhook_days = models.PositiveSmallIntegerField(
        _("days to keep webhooks and calls"),
        default=90,
        db_default=90,
        validators=[MinValueValidator(14), MaxValueValidator(3650)],
        help_text=_(
            "Days before webhooks of channels, code hosts and paging services, and finished calls"
            " to other systems, are deleted. Tickets are not affected."
        ),
    )
    undo_seconds = models.PositiveSmallIntegerField(
        _("seconds to undo a reply"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(60)],
        help_text=_(
            "How long an agent can undo a reply before it is sent, up to 60. Enter 0 to send"
            " replies immediately."
        ),
    )
    quiet_minutes = models.PositiveSmallIntegerField(
        _("minutes without new tickets before a shift ends"),
        default=0,
        validators=[MaxValueValidator(480)],
        help_text=_(
            "Agents get no new tickets in the last minutes before their shift ends or their leave"
            " begins. 0 assigns until the end."
        ),
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("minutes until an agent counts as inactive"),
        default=30,
        validators=[MaxValueValidator(480)],
        help_text=_(
            "An agent who is on shift and opens no page for this long gets no new tickets until"
            " they are active again. With 0, everyone on shift gets tickets, signed in or not."
        ),
    )
    missing_minutes = models.PositiveSmallIntegerField(
        _("minutes until a missing agent is reported"),
        default=15,
        validators=[MaxValueValidator(480)],
        help_text=_(
            "Leads are notified once if an agent is not active this long after their shift began."
            " 0 notifies nobody."
        ),
    )
    major_impact = models.PositiveSmallIntegerField(
        _("accounts for a significant impact"),
        default=5,
        db_default=5,
        validators=[MinValueValidator(1)],
        help_text=_("A defect that affects this many accounts goes to the top of the R&D queue."),
    )
    release_action = models.CharField(
        _("when a fix is released"),
        max_length=7,
        choices=[
            ("confirm", _("Agents confirm with the customer")),
            ("wait", _("Wait for the customer, then close")),
        ],
        default="confirm",
        db_default="confirm",
        help_text=_(
            "Agents confirm: tickets return to their assignee. Wait: tickets wait for the customer"
            " and close if there is no reply."
        ),
    )
    warn_points = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(99)]),
        verbose_name=_("SLA warnings"),
        default=get_warn_points,
        blank=True,
        help_text=_("Percent of an SLA target after which agents are warned, such as 50, 75, 90."),
    )
    pause_states = ArrayField(
        models.CharField(max_length=14),
        verbose_name=_("statuses that pause SLA clocks"),
        default=list,
        blank=True,
        help_text=_(
            "The targets for the next response, for regular updates and for the resolution pause in"
            " these statuses. They always pause while waiting for the customer. The first response"
            " never pauses."
        ),
    )
    agent_capacity = models.PositiveSmallIntegerField(
        _("capacity of an agent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "How many open tickets an agent can have before new ones go to others. Each counts with"
            " the weight of its priority; tickets that wait for the customer don't count. Leave"
            " empty for no limit."
        ),
    )
    prefers_last_agent = models.BooleanField(
        _("prefer the account's last agent"),
        default=False,
        db_default=False,
        help_text=_("New tickets go to the agent who had the account's last ticket, if available."),
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("minutes to accept a ticket"),
        default=0,
        db_default=0,
        help_text=_(
            "If an agent doesn't accept a ticket within this time, it goes to the next agent. Set"
            " 0 to turn this off: assigned tickets then stay with their agents."
        ),
    )
    require_two_factor = models.BooleanField(
        _("require two-factor authentication"),
        default=False,
        help_text=_(
            "Every agent must use an authenticator app or a passkey in addition to their "
            "password. Admins always must."
        ),
    )
    max_token_days = models.PositiveSmallIntegerField(
        _("days until API tokens expire at the latest"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(3650)],
        help_text=_(
            "New API tokens can't be valid for longer. Enter 0 for no limit: tokens that never"
            " expire are then allowed."
        ),
    )
    is_suspended = models.BooleanField(_("suspended"), default=False)
    config_version = models.UUIDField(default=uuid4, editable=False)  # accounts/versions.py
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        constraints = [
            models.UniqueConstraint(
                fields=["domain"], condition=~models.Q(domain=""), name="desk_domain_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def silence(self) -> timedelta:
        """Time without a customer reply after which a waiting ticket is closed."""
        return timedelta(days=self.silence_days)

    @property
    def reminder_after(self) -> timedelta | None:
        """Time from the start of the wait to the reminder, or None for no reminder."""
        return timedelta(days=self.reminder_days) if self.reminder_days else None

    @property
    def reopen_window(self) -> timedelta:
        """Time after closing in which a customer's reply reopens the ticket."""
        return timedelta(days=self.reopen_days)

    @property
    def logo_name(self) -> str:
        """File name of the logo, which its URL ends in."""
        return self.logo.rpartition("/")[2]
