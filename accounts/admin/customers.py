"""Admin pages of products, accounts and contacts. The CRM connection is in crm.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin, DeskTabularInline
from accounts.admin.customer_forms import AccountDomainForm, AccountForm, ContactForm
from accounts.admin.large_lists import InfinitePaginator
from accounts.customers.deletion import AccountInUseError, delete_account, get_deletion_error
from accounts.customers.saving import save_account, save_contact
from accounts.models import (
    Account,
    AccountDomain,
    AccountProduct,
    Contact,
    ContactHandle,
    Product,
    ProductLine,
)


@admin.register(Product)
class ProductAdmin(DeskModelAdmin):
    list_display = ["name"]
    search_fields = ["name__istartswith"]


@admin.register(ProductLine)
class ProductLineAdmin(DeskModelAdmin):
    """Lines of releases, such as ESR. Customers hear about a fix when their own line has it."""

    list_display = ["name", "product", "position", "is_supported"]
    list_filter = ["product"]
    list_select_related = ["product"]
    search_fields = ["name__istartswith"]
    fields = [("product", "name"), ("position", "is_supported")]


class DomainInline(DeskTabularInline):
    """The account's domains (M77).

    The model rejects free email domains, public suffixes and domains of another account.
    """

    model = AccountDomain
    form = AccountDomainForm
    fields = ["domain", "include_subdomains"]


class AccountProductInline(DeskTabularInline):
    model = AccountProduct
    fields = ["product"]
    verbose_name = _("product")
    verbose_name_plural = _("products")


class ContactInline(DeskTabularInline):
    """The account's contacts, read-only; each row links to the contact's page."""

    model = Contact
    fields = ["email", "name", "role"]
    readonly_fields = fields
    show_change_link = True
    per_page = 25
    max_num = 0
    can_delete = False

    def has_add_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False


class HandleInline(DeskTabularInline):
    """The contact's handles, read-only: agents join them to contacts on the desk's own pages."""

    model = ContactHandle
    fields = ["network", "name", "external_id", "proof", "proven_at", "reason"]
    readonly_fields = fields
    per_page = 25
    max_num = 0
    can_delete = False

    def has_add_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(DeskModelAdmin):
    """Accounts. A new plan or status reroutes open tickets and restarts their SLA clocks."""

    form = AccountForm
    paginator = InfinitePaginator
    list_max_show_all = 0
    list_display = ["name", "status", "plan", "account_manager"]
    list_filter = ["status", "plan"]
    list_select_related = ["plan", "account_manager"]
    search_fields = ["name__istartswith", "domains__domain__exact"]
    search_help_text = _("Start of the name, or a whole domain")
    fieldsets = [
        (None, {"fields": [("name", "country"), ("status", "plan")]}),
        (_("Product"), {"fields": ["product_line"]}),
        (_("Managers"), {"fields": [("account_manager", "success_manager")]}),
        (_("Assignment"), {"fields": [("named_engineer", "home_region")]}),
    ]
    inlines = [DomainInline, AccountProductInline, ContactInline]

    def save_model(self, request: AdminRequest, obj: Account, form: Any, change: bool) -> None:
        obj.desk = request.desk
        save_account(obj, at=timezone.now())

    def delete_view(self, request: AdminRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Ask for confirmation, or return to the account with the reason if it is in use."""
        account = self.get_object(request, object_id)
        if account is None or not self.has_delete_permission(request, account):
            return super().delete_view(request, object_id, *args, **kwargs)
        try:
            with transaction.atomic():
                if problem := get_deletion_error(account):
                    raise AccountInUseError(problem)
                return super().delete_view(request, object_id, *args, **kwargs)
        except AccountInUseError as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:accounts_account_change", args=[account.pk]))

    def delete_model(self, request: AdminRequest, obj: Account) -> None:
        delete_account(account=obj, by=request.user)

    def log_deletions(self, request: AdminRequest, queryset: Any) -> None:
        """Do nothing: delete_account writes the audit entry, with details of the account."""


@admin.register(Contact)
class ContactAdmin(DeskModelAdmin):
    """Contacts: the people who write to the desk."""

    form = ContactForm
    paginator = InfinitePaginator
    list_max_show_all = 0
    list_display = ["email", "name", "account", "role", "has_login", "may_log_in"]
    list_filter = ["role", "may_log_in"]
    list_select_related = ["account"]
    search_fields = ["email__startswith", "name__istartswith"]
    search_help_text = _("Start of a name or email address")
    raw_id_fields = ["account"]
    fields = ["email", "name", "account", "role", "may_log_in"]
    change_form_outer_after_template = "admin/_contact_actions.html"

    def get_inlines(self, request: AdminRequest, obj: Model | None) -> list[Any]:
        """Return the handles of a contact who has any."""
        has_handles = isinstance(obj, Contact) and obj.handles.exists()
        return [HandleInline] if has_handles else []

    @admin.display(boolean=True, description=_("has a sign-in"))
    def has_login(self, contact: Contact) -> bool:
        return contact.user_id is not None

    def save_model(self, request: AdminRequest, obj: Contact, form: Any, change: bool) -> None:
        """Save a contact, and say what followed from a new address or account."""
        obj.desk = request.desk
        done = save_contact(obj, by=request.user, at=timezone.now())
        if done.old_email:
            text = gettext("%(old)s can no longer sign in here. The contact is now %(new)s.")
            messages.info(request, text % {"old": done.old_email, "new": obj.email})
        if done.left:
            text = gettext(
                "%(name)s no longer gets email about tickets of %(account)s. Their requests went "
                "to a manager or point of contact there, if there is one."
            )
            messages.info(request, text % {"name": obj, "account": done.left})
