"""The customers of a desk: accounts, their domains, products and people."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from accounts.matching import get_account_domain_error, normalize_domain, normalize_email
from accounts.models.base import DeskModel


class AccountStatus(models.TextChoices):
    """Where an account stands with the desk; with the plan it decides the department (M46-M48)."""

    CUSTOMER = "customer", "Customer"
    TRIAL = "trial", "Active trial"
    POTENTIAL = "potential", "Potential customer"
    POTENTIAL_VIP = "potential_vip", "Potential - VIP"
    COMMUNITY = "community", "Community"


class Account(DeskModel):
    """A customer company of a desk."""

    name = models.CharField(max_length=120)
    status = models.CharField(
        max_length=14, choices=AccountStatus.choices, default=AccountStatus.CUSTOMER
    )
    plan = models.ForeignKey("accounts.Plan", on_delete=models.PROTECT, null=True, blank=True)
    account_manager = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="managed_accounts",
    )
    success_manager = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="success_accounts",
    )
    products = models.ManyToManyField(
        "accounts.Product", through="accounts.AccountProduct", blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="account_name_unique")]

    def __str__(self) -> str:
        return self.name


class AccountDomain(DeskModel):
    """A mail domain whose senders belong to an account (M77); stored lower-case, in its ASCII form."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    include_subdomains = models.BooleanField(default=False)

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "domain"],
                name="account_domain_unique",
                violation_error_message="This domain already belongs to an account.",
            )
        ]

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        self.domain = normalize_domain(self.domain)
        if problem := get_account_domain_error(self.domain, self.desk.free_domains):
            raise ValidationError({"domain": problem})


class AccountProduct(DeskModel):
    """A product that an account has bought or tries."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    product = models.ForeignKey("accounts.Product", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "product"], name="account_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.product}"


class ContactRole(models.TextChoices):
    CONTACT = "contact", "Contact (own tickets)"
    POINT_OF_CONTACT = "point_of_contact", "Point of contact (may open tickets)"
    MANAGER = "manager", "Manager (sees the account's tickets)"


ERASED_AT = "@erased.invalid"  # a name that no mail can ever have (RFC 2606)


class Contact(DeskModel):
    """A person who writes to a desk; with an account, or of none."""

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True, default="")
    account = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    role = models.CharField(max_length=18, choices=ContactRole.choices, default=ContactRole.CONTACT)
    may_log_in = models.BooleanField(
        default=True,
        help_text="Without it this person is out with the next click, and no log-in, invitation or proof of the "
        "address lets them in again. Their mail is still taken in.",
    )
    language = models.CharField(
        max_length=10,
        blank=True,
        default="",
        help_text="The language of emails to this person. If empty, the desk's language is used.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "email"], name="contact_email_unique"),
            models.UniqueConstraint(
                fields=["desk", "user"],
                condition=models.Q(user__isnull=False),
                name="contact_user_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_erased(self) -> bool:
        """Whether this is what is left of a person who was erased: nobody to write to, nobody to fill in again."""
        return self.email.endswith(ERASED_AT)

    def clean(self) -> None:
        self.email = normalize_email(self.email)
