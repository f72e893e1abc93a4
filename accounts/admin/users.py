"""Admin page of users: sign-ins that belong to no desk, for installation admins."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest, is_installation_admin
from accounts.admin.audited import AuditedAdmin
from accounts.admin.conflicts import ConflictGuardMixin
from accounts.logins.changes import change_login_email
from accounts.matching import normalize_email
from accounts.models import User
from accounts.staff import SWITCH_OFF_HELP
from accounts.tokens.services import revoke_tokens_of_user

EMAIL_CHANGE_HELP = _(
    "A new address ends all sessions and removes the password. Its owner sets a new password with "
    "“Forgot your password?”. The old address can no longer sign in."
)


class UserForm(ConflictGuardMixin, forms.ModelForm):
    """A user, identified by the normalized address.

    Editors cannot remove their own rights, so an installation always keeps an admin. A new address
    starts over, because it may belong to another person (accounts/logins/changes.py).
    """

    editor: ClassVar[User | None] = None  # set on the class that get_form makes for each request

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name", "is_active", "is_staff", "is_superuser"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if active := self.fields.get("is_active"):
            active.help_text = SWITCH_OFF_HELP
        if self.instance.pk:
            self.fields["email"].help_text = EMAIL_CHANGE_HELP

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        is_self = self.editor is not None and self.instance.pk == self.editor.pk
        if is_self and not (found.get("is_active") and found.get("is_superuser")):
            raise ValidationError(
                gettext(
                    "You can't remove your own rights. Ask another installation admin to do it."
                )
            )
        if is_self and "email" in found and found["email"] != self.initial["email"]:
            self.add_error(
                "email",
                gettext(
                    "You can't change your own address. Ask another installation admin to do it."
                ),
            )
        return found

    def clean_email(self) -> str:
        if address := normalize_email(self.cleaned_data["email"]):
            return address
        raise ValidationError(gettext("Enter a valid email address."))


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Users, for installation admins only. Owners set their passwords themselves."""

    form = UserForm
    list_display = ["email", "name", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["email__startswith"]
    search_help_text = _("Start of an email address")
    ordering = ["email"]
    fields = ["email", "name", "is_active", "is_staff", "is_superuser"]
    change_form_outer_after_template = "admin/_user_two_factor.html"

    def has_module_permission(self, request: AdminRequest) -> bool:
        return is_installation_admin(request)

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_installation_admin(request)

    def has_add_permission(self, request: AdminRequest) -> bool:
        return is_installation_admin(request)

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return is_installation_admin(request)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False  # deactivate instead: audit entries of every desk refer to users

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
        if not obj.is_active:
            revoke_tokens_of_user(user=obj, by=request.user, at=timezone.now())
        if change and "email" in form.changed_data:
            change_login_email(user=obj, email=obj.email, by=request.user)
            text = gettext(
                "The password was removed. %(user)s can set a new one by email to %(email)s."
            )
            messages.info(request, text % {"user": obj, "email": obj.email})
