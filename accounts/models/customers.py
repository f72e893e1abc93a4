"""The customers of a desk: accounts, and their domains, products and contacts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.matching import get_account_domain_error, normalize_email, read_domain
from accounts.models.base import DeskModel, make_change_time
from accounts.models.fields import LineField


class AccountStatus(models.TextChoices):
    """Status of an account. Together with the plan it decides the department (M46-M48)."""

    CUSTOMER = "customer", _("Customer")
    TRIAL = "trial", _("Active trial")
    POTENTIAL = "potential", _("Potential customer")
    POTENTIAL_VIP = "potential_vip", _("Potential - VIP")
    COMMUNITY = "community", _("Community")


class Account(DeskModel):
    """A customer company of a desk."""

    name = LineField(_("name"), max_length=120)
    status = models.CharField(
        _("status"), max_length=14, choices=AccountStatus.choices, default=AccountStatus.CUSTOMER
    )
    plan = models.ForeignKey(
        "accounts.Plan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("plan"),
    )
    account_manager = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="managed_accounts",
        verbose_name=_("Account Manager"),
    )
    success_manager = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="success_accounts",
        verbose_name=_("Customer Success Manager"),
    )
    named_engineer = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("named engineer"),
        help_text=_("Gets the account's new tickets first, while on shift and below capacity."),
    )
    home_region = models.ForeignKey(
        "accounts.Region",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("home region"),
        help_text=_("Agents of this region get the account's tickets first, while on shift."),
    )
    products = models.ManyToManyField(
        "accounts.Product",
        through="accounts.AccountProduct",
        blank=True,
        verbose_name=_("products"),
    )
    product_line = models.ForeignKey(
        "accounts.ProductLine",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product line"),
        help_text=_("The account hears about a fix when its own line has it."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Enter a code of two letters, such as BR."))],
        help_text=_("Where the company is. Routing rules can use it."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = make_change_time()

    class Meta:
        ordering = ["name"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="account_name_unique")]
        indexes = [models.Index(fields=["desk", "changed_at", "id"], name="account_by_change")]

    def __str__(self) -> str:
        return self.name


class AccountDomain(DeskModel):
    """An email domain whose senders belong to an account (M77), in lowercase ASCII."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="domains", verbose_name=_("account")
    )
    domain = models.CharField(_("domain"), max_length=253)
    include_subdomains = models.BooleanField(_("include subdomains"), default=False)

    class Meta:
        ordering = ["domain"]
        verbose_name = _("account domain")
        verbose_name_plural = _("account domains")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "domain"],
                name="account_domain_unique",
                violation_error_message=_(
                    "This domain already belongs to an account. Remove it there first."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        if problem := get_account_domain_error(self.domain, self.desk.free_domains):
            raise ValidationError({"domain": problem})
        self.domain = read_domain(self.domain)


class AccountProduct(DeskModel):
    """A product that an account has bought or is trying."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_index=False, verbose_name=_("account")
    )
    product = models.ForeignKey(
        "accounts.Product", on_delete=models.CASCADE, verbose_name=_("product")
    )

    class Meta:
        verbose_name = _("account product")
        verbose_name_plural = _("account products")
        constraints = [
            models.UniqueConstraint(fields=["account", "product"], name="account_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.product}"


class ContactRole(models.TextChoices):
    """Rights of a contact over their account's tickets (M73)."""

    CONTACT = "contact", _("Contact (own tickets)")
    POINT_OF_CONTACT = "point_of_contact", _("Point of contact (can open tickets)")
    MANAGER = "manager", _("Manager (sees the account's tickets)")


UNKNOWN_PERSON = _("Unknown person")
ERASED_AT = "@erased.invalid"  # a domain that no email can ever have (RFC 2606)


class ContactQuerySet(models.QuerySet["Contact"]):
    """Questions about contacts."""

    def with_email(self, email: str) -> ContactQuerySet:
        """Return the contact with a normalized address; nobody for "", which many share."""
        return self.filter(email=email) if email else self.none()

    def with_any_email(self, email: str) -> ContactQuerySet:
        """Return the contact with an address, also one that a merge brought. Not for signing in."""
        if not email:
            return self.none()
        people = Contact.objects.order_by()
        own, brought = people.filter(email=email), people.filter(merged__email=email)
        return self.filter(pk__in=own.values("pk").union(brought.values("pk")))


class Contact(DeskModel):
    """A person who writes to a desk, with or without an account.

    email: "" for people who are known by their handles alone. Look contacts up by `with_email` or,
    where people are named, by `with_any_email`.
    """

    email = models.EmailField(_("email address"), blank=True, default="")
    name = LineField(_("name"), max_length=120, blank=True, default="")
    account = models.ForeignKey(
        Account,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("account"),
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("user"),
    )
    role = models.CharField(
        _("role"), max_length=18, choices=ContactRole.choices, default=ContactRole.CONTACT
    )
    may_log_in = models.BooleanField(
        _("can sign in"),
        default=True,
        help_text=_(
            "If you clear this, the person is signed out on their next request and can't sign "
            "in, accept an invitation or claim this contact. Their email is still accepted."
        ),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        default="",
        help_text=_("The language of emails to this person. Leave empty to use the desk's."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = make_change_time()

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["email", "id"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "email"],
                condition=~models.Q(email=""),
                name="contact_email_unique",
                violation_error_message=_("There is already a contact with this email address."),
            ),
            models.UniqueConstraint(
                fields=["desk", "user"],
                condition=models.Q(user__isnull=False),
                name="contact_user_once",
            ),
        ]
        # The constraint's own index is of no use to a prepared statement, whose address is unknown
        # when it is planned.
        indexes = [
            models.Index(fields=["desk", "email", "id"], name="contact_by_email"),
            models.Index(fields=["desk", "changed_at", "id"], name="contact_by_change"),
        ]

    def __str__(self) -> str:
        if name := self.name or self.email:
            return name
        handle = self.handles.exclude(name="").first() if self.pk else None
        return handle.name if handle else str(UNKNOWN_PERSON)

    @property
    def is_erased(self) -> bool:
        """True for the row that is left of an erased person. It gets no email and no new data."""
        return self.email.endswith(ERASED_AT)

    @property
    def is_known_by_handle(self) -> bool:
        """True for a person whom nothing but handles identifies: no address and no sign-in."""
        return not self.email and self.user_id is None

    @property
    def can_get_email(self) -> bool:
        """True if there is an address to write to: the person has one and isn't erased."""
        return bool(self.email) and not self.is_erased

    def clean(self) -> None:
        address = normalize_email(self.email)
        if self.email and not address:
            text = _("“%(text)s” is not an email address.")
            raise ValidationError({"email": text % {"text": self.email[:100]}})
        self.email = address
        if self._is_address_of_other():
            text = _("This address was merged into another contact.")
            raise ValidationError({"email": text})

    def _is_address_of_other(self) -> bool:
        """Return True if a merge brought the address to another contact of the desk."""
        people = Contact.objects.with_any_email(self.email)
        if self.desk_id is not None:  # a form of the admin site sets it afterwards
            people = people.filter(desk=self.desk_id)
        return people.exclude(email=self.email).exclude(pk=self.pk).exists()
