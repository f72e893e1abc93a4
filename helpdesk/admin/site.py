"""The admin site, below each desk's path: for the desk's admins, and for the installation's.

Below a desk everything is that desk's: the wall shows no other rows. Outside of every desk only the installation's
admin (a superuser) comes in, and sees desks, logins and the mail that no desk knows, in the system scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.sites import UnfoldAdminSite

from accounts.admin.base import AdminRequest, AuditedAdmin, is_desk_admin, is_installation_admin
from accounts.models import AuditEntry
from accounts.tenancy import system_scope
from helpdesk.admin.crm_pull import request_crm_pull
from helpdesk.admin.desks import add_desk, set_suspension
from helpdesk.admin.held_mail import decide_held_mail
from helpdesk.admin.import_export import export_customers, import_customers
from helpdesk.admin.invitations import invite_person, withdraw_invitation_view
from helpdesk.admin.mailbox_verification import verify_mailbox_view
from helpdesk.admin.navigation import list_groups
from helpdesk.admin.privacy import (
    erase_agent_page,
    erase_contact_page,
    export_agent_file,
    export_contact_file,
)
from helpdesk.admin.sla_matrix import edit_sla_matrix
from helpdesk.admin.two_factor_reset import reset_for_agent, reset_for_user
from helpdesk.shared.quarantine import MAX_COUNTED, count_quarantined

View = Callable[..., HttpResponseBase]


class PlumblineAdminSite(UnfoldAdminSite):
    """Who comes in, what the frame of each page shows, and the pages that belong to no single table."""

    index_template = "admin/desk_index.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in pages made for desks only: those that other packages bring (groups, addresses) know none."""
        if admin_class is not None and issubclass(admin_class, AuditedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: AdminRequest) -> bool:
        """An admin of the request's desk, or the installation's admin."""
        return is_desk_admin(request) or is_installation_admin(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Wrap a page: strangers go to the login, people without the right find nothing."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: AdminRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                if request.user.is_authenticated:
                    raise Http404("Nothing here for you.")
                return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
            if request.desk is not None:
                return inner(request, *args, **kwargs)
            with system_scope("pages of the installation's admin"):
                response = inner(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response

        return guarded

    def get_urls(self) -> list[URLPattern]:
        """Unfold's search is left out: it keeps what it found per login in a cache that knows no desk."""
        own = [
            path("sla/matrix/", self.admin_view(edit_sla_matrix), name="sla_matrix"),
            path("csv/", self.admin_view(import_customers), name="csv"),
            path("csv/export/", self.admin_view(export_customers), name="csv_export"),
            path(
                "crm/<int:connection_id>/pull/", self.admin_view(request_crm_pull), name="crm_pull"
            ),
            path(
                "mail/<int:inbound_id>/decision/",
                self.admin_view(decide_held_mail),
                name="held_mail",
            ),
            path("accounts/invitation/invite/", self.admin_view(invite_person), name="invite"),
            path(
                "accounts/invitation/<int:invitation_id>/withdrawal/",
                self.admin_view(withdraw_invitation_view),
                name="invitation_withdrawal",
            ),
            path(
                "channels_intake/mailbox/<int:mailbox_id>/proof/",
                self.admin_view(verify_mailbox_view),
                name="mailbox_proof",
            ),
            path("accounts/desk/add/", self.admin_view(add_desk), name="accounts_desk_add"),
            path(
                "accounts/desk/<int:desk_id>/suspension/",
                self.admin_view(set_suspension),
                name="suspension",
            ),
        ]
        return (
            own
            + self._person_urls()
            + [url for url in super().get_urls() if getattr(url, "name", "") != "search"]
        )

    def _person_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, View, str]] = [
            ("contact/<int:contact_id>/export/", export_contact_file, "contact_export"),
            ("contact/<int:contact_id>/erasure/", erase_contact_page, "contact_erasure"),
            ("agent/<int:agent_id>/export/", export_agent_file, "agent_export"),
            ("agent/<int:agent_id>/erasure/", erase_agent_page, "agent_erasure"),
            ("agent/<int:agent_id>/two-factor/", reset_for_agent, "agent_two_factor_reset"),
            ("user/<int:user_id>/two-factor/", reset_for_user, "user_two_factor_reset"),
        ]
        return [
            path(f"accounts/{place}", self.admin_view(view), name=name)
            for place, view, name in pages
        ]

    def login(
        self, request: AdminRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one login page of the installation, with its limits."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404("Nothing here for you.")
        return redirect_to_login(reverse("admin:index"), resolve_url(settings.LOGIN_URL))

    def logout(
        self, request: AdminRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return LogoutView.as_view(next_page=reverse("home"))(request)

    def password_change(
        self, request: AdminRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def index(
        self, request: AdminRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        newest = AuditEntry.objects.filter(desk=request.desk)[:8] if request.desk else []
        amount = count_quarantined(request.desk)
        held = f"{MAX_COUNTED}+" if amount > MAX_COUNTED else str(amount or "")
        more = {"newest_entries": newest, "held_mails": held}
        return super().index(request, {**more, **(extra_context or {})})

    def each_context(self, request: AdminRequest) -> dict[str, Any]:
        name = request.desk.name if request.desk else "Plumbline"
        return {
            **super().each_context(request),
            "site_title": name,
            "site_header": name,
            "accent": request.desk.accent if request.desk else "indigo",
            "account_links": self._list_links(request),
            "site_url": "",
        }

    def get_sidebar_list(self, request: AdminRequest) -> list[dict[str, Any]]:
        """The navigation: only what this person may see."""
        return list_groups(self, request)

    def _list_links(self, request: AdminRequest) -> list[dict[str, str]]:
        change = {"title": "Change password", "link": reverse("account_change_password")}
        return (
            [{"title": "Agents' dashboard", "link": reverse("agent:queue")}, change]
            if request.desk
            else [change]
        )
