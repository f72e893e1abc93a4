"""Import and export resources of accounts, domains and contacts; see base.py."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from tablib import Dataset

from accounts.customers.entitlements import get_contact_limit_error, validate_account_terms
from accounts.followers import notify_people_left, notify_terms_changed
from accounts.import_export.base import TableMeta, TableResource
from accounts.import_export.widgets import Choice, Country, Domain, Email, Lookup, Text, YesNo
from accounts.matching import normalize_email
from accounts.models import (
    Account,
    AccountDomain,
    AccountStatus,
    Agent,
    AuditAction,
    Contact,
    ContactRole,
    Plan,
    ProductLine,
    Region,
)

NO_SUCH_ACCOUNT = _("There is no account named “%(name)s”.")
NO_SUCH_AGENT = _("There is no agent with the email address “%(name)s”.")
NO_SUCH_PLAN = _("There is no plan named “%(name)s”.")
NO_SUCH_LINE = _("There is no product line named “%(name)s”.")
NO_SUCH_REGION = _("There is no region named “%(name)s”.")
AGENTS = ("account_manager", "success_manager", "named_engineer")  # columns that name agents


def _list_cells(dataset: Dataset, column: str) -> set[str]:
    return (
        {str(cell).strip() for cell in dataset[column]}
        if column in (dataset.headers or [])
        else set()
    )


class AccountResource(TableResource):
    """Accounts by name. Plans and regions are named, agents are emails; blank means none.

    A product line is named with its product, such as "Server ESR".
    """

    key, optional = "name", ("status",)
    name = Field("name", "name", widget=Text())
    status = Field("status", "status", widget=Choice(AccountStatus.choices))
    plan = Field("plan", "plan", widget=Lookup(NO_SUCH_PLAN))
    account_manager = Field(
        "account_manager", "account_manager", widget=Lookup(NO_SUCH_AGENT, "user.email")
    )
    success_manager = Field(
        "success_manager", "success_manager", widget=Lookup(NO_SUCH_AGENT, "user.email")
    )
    named_engineer = Field(
        "named_engineer", "named_engineer", widget=Lookup(NO_SUCH_AGENT, "user.email")
    )
    home_region = Field("home_region", "home_region", widget=Lookup(NO_SUCH_REGION))
    country = Field("country", "country", widget=Country())
    product_line = Field("product_line", "product_line", widget=Lookup(NO_SUCH_LINE, "full_name"))

    class Meta(TableMeta):
        model = Account
        fields = (
            "name",
            "status",
            "plan",
            "account_manager",
            "success_manager",
            "named_engineer",
            "home_region",
            "country",
            "product_line",
        )
        import_id_fields = ("name",)

    def get_queryset(self) -> QuerySet:
        related = (
            "plan",
            "home_region",
            "product_line__product",
            *(f"{name}__user" for name in AGENTS),
        )
        return super().get_queryset().select_related(*related)

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        self.look_up("plan", Plan.objects.filter(desk=self.desk), "name")
        agents = Agent.objects.filter(desk=self.desk).select_related("user")
        self.look_up("account_manager", agents, "user__email")
        for name in AGENTS:
            self.fields[name].widget.rows = self.fields["account_manager"].widget.rows
        self.look_up("home_region", Region.objects.filter(desk=self.desk), "name")
        lines = ProductLine.objects.filter(desk=self.desk).select_related("product")
        self.fields["product_line"].widget.rows = {line.full_name: line for line in lines}
        self.changed_terms: list[Account] = []
        if not kwargs.get("dry_run"):
            # Lock before reading: tickets may be opened under these terms right now.
            named = Account.objects.filter(
                desk=self.desk, name__in=_list_cells(dataset, "name")
            ).order_by("pk")
            list(named.select_for_update(no_key=True).values_list("pk", flat=True))

    def validate_instance(
        self, instance: Account, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        super().validate_instance(instance, import_validation_errors, validate_unique)
        validate_account_terms(
            instance, before=Account(plan_id=self.before["plan"]) if self.before else None
        )

    def before_save_instance(self, instance: Account, row: dict[str, Any], **kwargs: Any) -> None:
        terms = (instance.plan_id, instance.status)
        if self.before and terms != (self.before["plan"], self.before["status"]):
            self.changed_terms.append(instance)

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """Announce new plans and statuses, which reroute tickets, unless this is a preview."""
        if kwargs.get("dry_run"):
            return
        terms = [
            (a.name, a, {"status": a.status, "plan": a.plan.name if a.plan else ""})
            for a in self.changed_terms
        ]
        self.audit(AuditAction.TERMS_CHANGED, terms)
        notify_terms_changed(
            self.desk.pk, [account.pk for account in self.changed_terms], self.at or timezone.now()
        )


class DomainResource(TableResource):
    """Domains and their accounts (M77). A domain never moves from one account to another."""

    key = "domain"
    domain = Field("domain", "domain", widget=Domain())
    account = Field("account", "account", widget=Lookup(NO_SUCH_ACCOUNT))
    include_subdomains = Field("include_subdomains", "include_subdomains", widget=YesNo())

    class Meta(TableMeta):
        model = AccountDomain
        fields = ("domain", "account", "include_subdomains")
        import_id_fields = ("domain",)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("account", "desk")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        names = _list_cells(dataset, "account")
        self.look_up("account", Account.objects.filter(desk=self.desk, name__in=names), "name")
        self.owner = ""
        self.assigned: list[AccountDomain] = []

    def after_init_instance(
        self, instance: AccountDomain, new: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        super().after_init_instance(instance, new, row, **kwargs)
        self.owner = "" if new else instance.account.name

    def validate_instance(
        self,
        instance: AccountDomain,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        super().validate_instance(instance, import_validation_errors, validate_unique)
        if instance.account_id is None:
            raise ValidationError({"account": gettext("Enter the account of this domain.")})
        if self.before and self.before["account"] != instance.account_id:
            text = gettext("%(domain)s already belongs to %(account)s. Remove it there first.")
            values = {"domain": instance.domain, "account": self.owner}
            raise ValidationError({"domain": text % values})
        instance.clean()

    def before_save_instance(
        self, instance: AccountDomain, row: dict[str, Any], **kwargs: Any
    ) -> None:
        self.assigned.append(instance)

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """Write an audit entry for each assigned domain, unless this is a preview."""
        if not kwargs.get("dry_run"):
            assigned = [
                (
                    d.domain,
                    d,
                    {"account": d.account.name, "include_subdomains": d.include_subdomains},
                )
                for d in self.assigned
            ]
            self.audit(AuditAction.DOMAIN_ASSIGNED, assigned)


class ContactResource(TableResource):
    """Contacts by email. A move to another account resets the role unless the line sets one.

    People without an address, known by their handles alone, are in no table.
    """

    key, optional = "email", ("role",)
    email = Field("email", "email", widget=Email())
    name = Field("name", "name", widget=Text())
    account = Field("account", "account", widget=Lookup(NO_SUCH_ACCOUNT))
    role = Field("role", "role", widget=Choice(ContactRole.choices))

    class Meta(TableMeta):
        model = Contact
        fields = ("email", "name", "account", "role")
        import_id_fields = ("email",)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().exclude(email="").select_related("account__plan")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        mine = {"desk": self.desk}
        accounts = Account.objects.filter(**mine, name__in=_list_cells(dataset, "account"))
        self.look_up("account", accounts.select_related("plan"), "name")
        points = Contact.objects.filter(**mine, role=ContactRole.POINT_OF_CONTACT)
        self.points: Counter[int | None] = Counter(points.values_list("account_id", flat=True))
        self.changed_roles: list[Contact] = []
        self.left: list[tuple[Contact, int]] = []

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        if not normalize_email(str(row["email"])):
            text = gettext("“%(text)s” is not an email address.")
            raise ValidationError({"email": text % {"text": str(row["email"])[:100]}})

    def import_instance(self, instance: Contact, row: dict[str, Any], **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        if self.before and self.before["account"] != instance.account_id and "role" not in row:
            instance.role = ContactRole.CONTACT

    def validate_instance(
        self, instance: Contact, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        super().validate_instance(instance, import_validation_errors, validate_unique)
        if instance.role != ContactRole.CONTACT and instance.account is None:
            text = gettext("Only a contact with an account can have this role.")
            raise ValidationError({"role": text})
        self._count_points(instance)

    def before_save_instance(self, instance: Contact, row: dict[str, Any], **kwargs: Any) -> None:
        before = self.before or {"role": ContactRole.CONTACT, "account": instance.account_id}
        if (instance.role, instance.account_id) != (before["role"], before["account"]):
            self.changed_roles.append(instance)
        if before["account"] not in {None, instance.account_id}:
            self.left.append((instance, before["account"]))

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """Audit each changed role and announce who left an account, unless this is a preview."""
        if not kwargs.get("dry_run"):
            left = {contact.pk: account_id for contact, account_id in self.left}
            notify_people_left(self.desk.pk, left, self.at or timezone.now())
            roles = [
                (c.email, c, {"role": c.role, "account": c.account_id}) for c in self.changed_roles
            ]
            self.audit(AuditAction.ROLE_CHANGED, roles)

    def _count_points(self, instance: Contact) -> None:
        point, before = ContactRole.POINT_OF_CONTACT, self.before or {"account": None, "role": ""}
        is_now = instance.role == point
        is_new = (before["account"], before["role"]) != (instance.account_id, point)
        plan = instance.account.plan if instance.account else None
        if is_now and is_new and plan and plan.points_of_contact is not None:
            named = self.points[instance.account_id] + 1
            if problem := get_contact_limit_error(plan.name, plan.points_of_contact, named=named):
                raise ValidationError({"role": problem})
        if before["role"] == point:
            self.points[before["account"]] -= 1
        if is_now:
            self.points[instance.account_id] += 1
