"""Pages of the admin site: logins, for the installation's admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.admin.base import AdminRequest, AuditedAdmin, is_installation_admin
from accounts.logins.changes import change_login_email
from accounts.matching import normalize_email
from accounts.models import User

ADDRESS_MOVES = (
    "Another address ends all sessions and takes the password away: its owner sets one by mail, at “Forgot your "
    "password?”. Whoever reads the old address's mail is out."
)


class LoginForm(forms.ModelForm):
    """A login, by its normalized address. Nobody shuts the last installation's admin out: who edits keeps the rights.

    The address belongs to whoever reads its mail, so another one is a new beginning (accounts/logins/changes.py).
    """

    editor: ClassVar[User | None] = None  # set on the class that the admin makes for each request

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name", "is_active", "is_staff", "is_superuser"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["email"].help_text = ADDRESS_MOVES

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        is_self = self.editor is not None and self.instance.pk == self.editor.pk
        if is_self and not (found.get("is_active") and found.get("is_superuser")):
            raise ValidationError(
                "Another admin of the installation must take these rights from you."
            )
        if is_self and "email" in found and found["email"] != self.initial["email"]:
            self.add_error(
                "email", "Another admin of the installation must give you another address."
            )
        return found

    def clean_email(self) -> str:
        return clean_address(self.cleaned_data["email"])


def clean_address(email: str) -> str:
    """The address as it is stored everywhere; ValidationError for none."""
    if address := normalize_email(email):
        return address
    raise ValidationError("Enter a valid e-mail address.")


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
