"""Users, and the agents and departments of a desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models.base import DeskModel
from accounts.models.choices import DepartmentKind, Level, Role, Visibility
from accounts.models.fields import LineField, LinesField
from accounts.models.sql import CLOSED_DEPARTMENTS


class UserManager(BaseUserManager["User"]):
    """Creates users by their email address, which is stored normalized."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; without a password, password sign-in is disabled. Raises ValueError."""
        address = normalize_email(email)
        if not address:
            raise ValueError(f"{email!r} is not an email address.")
        user = self.model(email=address, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an admin of the installation, who administers all desks.

        The address counts as verified: before the first sign-in, email may not even work.
        """
        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            addresses = apps.get_model("account", "EmailAddress").objects.using(self._db)
            addresses.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normalize_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in, global: it can be an agent of one desk and a contact of another."""

    email = models.EmailField(_("email address"), unique=True)
    name = LineField(_("name"), max_length=120, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("staff"),
        default=False,
        help_text=_("Can open the admin site of the desks that they administer."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        default="",
        help_text=_("Leave empty to use the browser's language."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Leave empty to use the desk's time zone."),
    )
    shortcuts = models.JSONField(
        _("keyboard shortcuts"),
        blank=True,
        default=dict,
        help_text=_("Keys that differ from the defaults. An empty key turns its shortcut off."),
    )
    date_joined = models.DateTimeField(_("created at"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.CheckConstraint(condition=~models.Q(email=""), name="user_has_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return (self.name or self.email).split(" ")[0]


class AgentQuerySet(models.QuerySet["Agent"]):
    def with_closed_departments(self) -> AgentQuerySet:
        """Read ``Agent.closed_departments`` in the same statement."""
        ids = ArrayField(models.BigIntegerField())
        closed = RawSQL(CLOSED_DEPARTMENTS, [], output_field=ids)  # noqa: S611 (a constant)
        return self.annotate(closed_departments=closed)


class Agent(DeskModel):
    """A person who works for a desk."""

    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="agents",
        verbose_name=_("user"),
    )
    name = LineField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.ANALYST)
    level = models.CharField(_("level"), max_length=4, choices=Level.choices, default=Level.L1)
    is_active = models.BooleanField(_("active"), default=True)
    region = models.ForeignKey(
        "accounts.Region",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="agents",
        verbose_name=_("region"),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        default="",
        help_text=_("Shifts are off on this country's public holidays."),
    )
    subdivision = models.CharField(
        _("state or province"),
        max_length=10,
        blank=True,
        default="",
        help_text=_("Its code, such as SP for São Paulo, for holidays that only it observes."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "The most work that is assigned automatically: the sum of the weights of the open"
            " tickets. Leave empty for the desk's default."
        ),
    )
    departments: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "accounts.Department",
        through="accounts.AgentDepartment",
        related_name="agents",
        verbose_name=_("departments"),
    )

    objects = AgentQuerySet.as_manager()

    signature = LinesField(
        _("signature"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        help_text=_("Added to the end of the agent's email replies."),
    )
    needs_approval = models.BooleanField(
        _("replies need approval"),
        default=False,
        db_default=False,
        help_text=_(
            "For trainees: a colleague approves each reply to a customer before it is sent."
        ),
    )
    # A service account: a program, not a person. It acts by tokens only (accounts/tokens), so for
    # sign-in, assignment, shifts, lists and notifications it is an agent who isn't active.
    is_service = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = [
            models.UniqueConstraint(fields=["desk", "user"], name="agent_once_per_desk"),
            models.CheckConstraint(
                condition=models.Q(is_service=False) | models.Q(is_active=False),
                name="agent_service_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_write(self) -> bool:
        """True if this agent can change tickets; an observer only reads."""
        return (self.is_active or self.is_service) and self.role != Role.OBSERVER

    @property
    def can_be_assigned(self) -> bool:
        """True if tickets can be this agent's: not a program's."""
        return self.can_write and not self.is_service

    @cached_property
    def closed_departments(self) -> list[int]:
        """IDs of the members-only departments that this agent is not a member of, read once.

        tickets/access.py decides which of their tickets the agent sees nevertheless. Behind the
        wall of another desk there are none.
        """
        mine = type(self).objects.with_closed_departments().filter(pk=self.pk).first()
        return mine.closed_departments if mine else []


class Department(DeskModel):
    """A queue of a desk (M46-M48).

    Its kind decides which accounts' tickets it takes if no routing rule decides.
    """

    name = LineField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=DepartmentKind.choices)
    visibility = models.CharField(
        _("who can see its tickets"),
        max_length=8,
        choices=Visibility.choices,
        default=Visibility.EVERYONE,
        help_text=_(
            "With “Members only”, other agents cannot find this department's tickets: not in lists,"
            " searches, counts or notifications, nor by number. Leads and desk admins see all"
            " tickets, and assignees see the tickets that are assigned to them."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="department_name_unique"),
            models.UniqueConstraint(
                fields=["desk", "kind"],
                condition=~models.Q(kind=DepartmentKind.OTHER),
                name="department_kind_unique",
                violation_error_message=_("The desk already has a department of this kind."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgentDepartment(DeskModel):
    """Membership of an agent in a department (M49)."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, db_index=False, verbose_name=_("agent")
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, verbose_name=_("department")
    )

    class Meta:
        verbose_name = _("department member")
        verbose_name_plural = _("department members")
        constraints = [
            models.UniqueConstraint(fields=["agent", "department"], name="agent_department_once")
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.department}"
