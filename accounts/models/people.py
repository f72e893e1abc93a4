"""Who logs in, and what they are at a desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from accounts.matching import normalise_email
from accounts.models.base import DeskModel


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A login. The address is stored normalised; without a password none can be used."""
        address = normalise_email(email)
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
        return self.get(email=normalise_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A login, global: it may be an agent of one desk and a contact of another."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        default=False, help_text="May open the admin site of the desks they administer."
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

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["desk", "user"], name="agent_once_per_desk")]

    def __str__(self) -> str:
        return self.name

    @property
    def may_write(self) -> bool:
        """Whether this agent may change tickets at all; an observer only reads."""
        return self.is_active and self.role != Role.OBSERVER


class DepartmentKind(models.TextChoices):
    PAID = "paid", "Contractual SLAs"
    COMMUNITY = "community", "No contract, no trial"
    TRIALS = "trials", "Trials and potential customers"


class Department(DeskModel):
    """A queue of a desk (M46-M48). Its kind says which accounts' tickets it takes."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=DepartmentKind.choices)
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
        constraints = [models.UniqueConstraint(fields=["agent", "department"], name="agent_department_once")]

    def __str__(self) -> str:
        return f"{self.agent} in {self.department}"
