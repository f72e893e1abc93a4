"""Pages of the admin site: the desk itself, its customers, and who changed what; the CRM's are in crm.py."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponseRedirect
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.account_deletion import AccountInUseError, delete_account, get_deletion_error
from accounts.admin.base import (
    AdminRequest,
    AuditedAdmin,
    DeskModelAdmin,
    DeskTabularInline,
    RecordsAdmin,
    is_desk_admin,
    is_installation_admin,
)
from accounts.admin.customer_forms import AccountForm, ContactForm
from accounts.admin.desk_forms import DeskSettingsForm, LoginForm
from accounts.followers import notify_terms_changed
from accounts.logins.changes import change_login_email
from accounts.models import (
    Account,
    AccountDomain,
    AccountProduct,
    AuditEntry,
    Contact,
    Desk,
    Product,
    User,
)
from accounts.services import unlink_login

ADDRESS_HELP = (
    "Links in mails, bookmarks and the references of tickets hold these, and no two desks may have the same; so only "
    "the installation's admin changes them."
)
STATE_WORDS_HELP = "Your own words for the states; an empty field keeps the usual word."


@admin.register(Desk)
class DeskAdmin(AuditedAdmin):
    """A desk's admin sees the own desk and its settings; the installation's admin sees all desks."""

    form = DeskSettingsForm
    list_display = ["name", "slug", "domain", "time_zone", "is_suspended"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["name", ("language", "time_zone"), ("accent", "hotline")]}),
        ("Logo", {"fields": ["logo_now", "logo_file", "remove_logo"]}),
        (
            "States",
            {
                "fields": [
                    ("word_new", "word_open"),
                    ("word_investigating", "word_waiting"),
                    "word_escalated",
                    ("word_solved", "word_closed"),
                    ("word_customer_waiting", "word_customer_investigating"),
                    "word_customer_escalated",
                ],
                "description": STATE_WORDS_HELP,
            },
        ),
        ("Silence", {"fields": [("reminder_days", "silence_days"), "reopen_days"]}),
        ("Customers", {"fields": ["free_domains"]}),
        ("Portal", {"fields": ["only_points_of_contact"]}),
        ("Logging in", {"fields": ["require_second_factor"]}),
        (
            "Address",
            {
                "fields": [("slug", "domain"), ("ticket_prefix", "is_suspended")],
                "description": ADDRESS_HELP,
            },
        ),
    ]
    installation_only = ("slug", "domain", "ticket_prefix")
    # Suspending is a verb with consequences of its own, on a form below this one (helpdesk/admin/desks.py).
    change_form_outer_after_template = "admin/_desk_suspension.html"

    def get_queryset(self, request: AdminRequest) -> QuerySet[Desk]:
        desks: QuerySet[Desk] = super().get_queryset(request)
        return desks if is_installation_admin(request) else desks.filter(pk=request.desk.pk)

    def get_readonly_fields(self, request: AdminRequest, obj: Model | None = None) -> Any:
        return (
            "is_suspended",
            "logo_now",
            *(() if is_installation_admin(request) else self.installation_only),
        )

    @admin.display(description="logo")
    def logo_now(self, desk: Desk) -> str:
        if not desk.logo:
            return "None: the first letter of the name stands in its place."
        outside = get_script_prefix() == "/" and not desk.domain
        source = f"/{desk.slug}" * outside + reverse("logo", args=[desk.logo_name])
        return format_html('<img class="logo-now" src="{}" alt="The logo of {}">', source, desk)

    def save_model(self, request: AdminRequest, obj: Desk, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.logo_before:
            transaction.on_commit(partial(default_storage.delete, form.logo_before))

    def has_module_permission(self, request: AdminRequest) -> bool:
        return is_desk_admin(request) or is_installation_admin(request)

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: AdminRequest) -> bool:
        return is_installation_admin(request)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False  # a desk is suspended; taking one away whole is no click in a form


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Logins, which belong to no desk; for the installation's admin only. A password is set by its owner."""

    form = LoginForm
    list_display = ["email", "name", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["email__startswith"]
    search_help_text = "Start of an address"
    ordering = ["email"]
    fields = ["email", "name", "is_active", "is_staff", "is_superuser"]
    change_form_outer_after_template = "admin/_login_factor.html"

    def has_module_permission(self, request: AdminRequest) -> bool:
        return is_installation_admin(request)

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_installation_admin(request)

    def has_add_permission(self, request: AdminRequest) -> bool:
        return is_installation_admin(request)

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_installation_admin(request)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False  # switched off instead; a login stands in the audit of every desk

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.editor = request.user
        return form

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            change_login_email(user=obj, email=obj.email, by=request.user)
            messages.info(request, f"The password is gone. {obj} sets one by mail to {obj.email}.")


@admin.register(Product)
class ProductAdmin(DeskModelAdmin):
    list_display = ["name"]
    search_fields = ["name__istartswith"]


class DomainInline(DeskTabularInline):
    """Free-mail domains, public suffixes and domains of another account are refused beside the field (M77)."""

    model = AccountDomain
    fields = ["domain", "include_subdomains"]


class AccountProductInline(DeskTabularInline):
    model = AccountProduct
    fields = ["product"]
    verbose_name = "product"
    verbose_name_plural = "products"


class ContactInline(DeskTabularInline):
    """The people of the account, to look at; each is changed on the own page."""

    model = Contact
    fields = ["email", "name", "role"]
    readonly_fields = fields
    show_change_link = True
    per_page = 25
    max_num = 0
    can_delete = False

    def has_add_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(DeskModelAdmin):
    """Another plan or status moves the account's open tickets and plans their clocks anew, right after the commit."""

    form = AccountForm
    list_display = ["name", "status", "plan", "account_manager"]
    list_filter = ["status", "plan"]
    list_select_related = ["plan", "account_manager"]
    search_fields = ["name__istartswith", "domains__domain__exact"]
    search_help_text = "Start of the name, or a whole domain"
    fieldsets = [
        (None, {"fields": ["name", ("status", "plan")]}),
        ("Who looks after it", {"fields": [("account_manager", "success_manager")]}),
    ]
    inlines = [DomainInline, AccountProductInline, ContactInline]

    def save_model(self, request: AdminRequest, obj: Account, form: Any, change: bool) -> None:
        stored = Account.objects.select_for_update(no_key=True).filter(pk=obj.pk)
        before = stored.values_list("plan_id", "status").first()
        super().save_model(request, obj, form, change)
        if before is not None and before != (obj.plan_id, obj.status):
            notify_terms_changed(obj.desk_id, [obj.pk], timezone.now())

    def delete_view(self, request: AdminRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Nothing is asked when the account cannot go; the account's page says why."""
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
        """The service writes the audit's entry, with what the account was."""


@admin.register(Contact)
class ContactAdmin(DeskModelAdmin):
    form = ContactForm
    list_display = ["email", "name", "account", "role", "has_login", "may_log_in"]
    list_filter = ["role", "may_log_in"]
    list_select_related = ["account"]
    search_fields = ["email__startswith", "name__istartswith"]
    search_help_text = "Start of an address or of a name"
    raw_id_fields = ["account"]
    fields = ["email", "name", "account", "role", "may_log_in"]
    change_form_outer_after_template = "admin/_contact_privacy.html"

    @admin.display(boolean=True, description="login")
    def has_login(self, contact: Contact) -> bool:
        return contact.user_id is not None

    def save_model(self, request: AdminRequest, obj: Contact, form: Any, change: bool) -> None:
        """Somebody may have claimed the contact since it was read: its login is looked up again, under a lock."""
        stored = Contact.objects.select_for_update(no_key=True).filter(pk=obj.pk).first()
        if stored is not None:
            obj.user_id = stored.user_id
            if obj.user_id is not None and obj.email != stored.email:
                unlink_login(contact=obj, by=request.user)
                messages.info(
                    request, f"{stored.email} is logged in here no more; it is {obj.email} now."
                )
        super().save_model(request, obj, form, change)


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordsAdmin):
    """Who changed what. ``detail__model`` and ``detail__pk`` narrow it to one row: its history."""

    list_display = ["at", "actor", "action", "target"]
    search_fields = ["actor__exact", "target__startswith"]
    search_help_text = "A whole address, or the start of what was changed"
    fields = ["at", "actor", "action", "target", "detail"]

    def lookup_allowed(self, lookup: str, value: str, request: AdminRequest | None = None) -> bool:
        return lookup in {"detail__model", "detail__pk"} or super().lookup_allowed(
            lookup, value, request
        )
