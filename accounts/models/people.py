"""Who logs in, and what they are at a desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property

from accounts.matching import normalize_email
from accounts.models.base import DeskModel


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A login. The address is stored normalized; without a password none can be used."""
        address = normalize_email(email)
        if not address:
            raise ValueError(f"{email!r} is not an e-mail address.")
        user = self.model(email=address, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The installation's admin, who stands above the desks."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normalize_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A login, global: it may be an agent of one desk and a contact of another."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        default=False, help_text="May open the admin site of the desks they administer."
    )
    language = models.CharField(
        max_length=10, blank=True, default="", help_text="If empty, the browser's language is used."
    )
    time_zone = models.CharField(
        max_length=64, blank=True, default="", help_text="If empty, the desk's time zone is used."
    )
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return (self.name or self.email).split(" ")[0]


class Level(models.TextChoices):
    """How far a ticket has been escalated, and what an analyst works on; an axis beside Department."""

    L1 = "l1", "Level 1"
    L2 = "l2", "Level 2"
    RND = "rnd", "R&D"


class Role(models.TextChoices):
    ANALYST = "analyst", "Analyst"
    LEAD = "lead", "Lead"
    ADMIN = "admin", "Desk admin"
    OBSERVER = "observer", "Observer (reads only)"


# Written by hand: every page of an agent asks it, and Django takes ten times as long to write it anew each time.
CLOSED_DEPARTMENTS = """
ARRAY(SELECT d.id FROM accounts_department d
  WHERE d.desk_id = accounts_agent.desk_id AND d.visibility = 'members' AND NOT EXISTS (
    SELECT FROM accounts_agentdepartment m WHERE m.department_id = d.id AND m.agent_id = accounts_agent.id))
"""


class AgentQuerySet(models.QuerySet["Agent"]):
    def with_closed_departments(self) -> AgentQuerySet:
        """The agents with what ``Agent.closed_departments`` says, read in the same statement."""
        ids = ArrayField(models.BigIntegerField())
        closed = RawSQL(CLOSED_DEPARTMENTS, [], output_field=ids)  # noqa: S611 (a constant)
        return self.annotate(closed_departments=closed)


class Agent(DeskModel):
    """A person of a desk."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="agents")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANALYST)
    level = models.CharField(max_length=4, choices=Level.choices, default=Level.L1)
    is_active = models.BooleanField(default=True)
    departments: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "accounts.Department", through="accounts.AgentDepartment", related_name="agents"
    )

    objects = AgentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["desk", "user"], name="agent_once_per_desk")]

    def __str__(self) -> str:
        return self.name

    @property
    def can_write(self) -> bool:
        """Whether this agent may change tickets at all; an observer only reads."""
        return self.is_active and self.role != Role.OBSERVER

    @cached_property
    def closed_departments(self) -> list[int]:
        """The ids of the members-only departments that this agent is no member of, as they were when first asked.

        Who sees their tickets all the same says tickets/access.py.
        """
        mine = type(self).objects.with_closed_departments().filter(pk=self.pk).first()
        return (
            mine.closed_departments if mine else []
        )  # within another desk's wall there is nothing to close


class DepartmentKind(models.TextChoices):
    PAID = "paid", "Contractual SLAs"
    COMMUNITY = "community", "No contract, no trial"
    TRIALS = "trials", "Trials and potential customers"


class Visibility(models.TextChoices):
    """Who at a desk may see the tickets of a department."""

    EVERYONE = "everyone", "Everyone of the desk"
    MEMBERS = "members", "Its members only"


class Department(DeskModel):
    """A queue of a desk (M46-M48). Its kind says which accounts' tickets it takes."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=DepartmentKind.choices)
    visibility = models.CharField(
        "who sees its tickets",
        max_length=8,
        choices=Visibility.choices,
        default=Visibility.EVERYONE,
        help_text="With “Its members only”, nobody else finds the tickets of this department or anything of them:"
        " not in lists, searches, counts or notifications, nor by their number. Leads and desk admins see all"
        " tickets, and whoever a ticket is assigned to sees that one.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="department_name_unique"),
            models.UniqueConstraint(fields=["desk", "kind"], name="department_kind_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class AgentDepartment(DeskModel):
    """An agent works for a department (M49)."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE)
    department = models.ForeignKey(Department, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "department"], name="agent_department_once")
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.department}"
