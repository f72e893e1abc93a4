"""The admin site: of a desk for its admins, and of the installation for installation admins.

Under a desk's path the wall shows only rows of that desk. Outside of all desks only installation
admins (superusers) get in, and see desks, users and stray email in the system scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from unfold.sites import UnfoldAdminSite

from accounts.admin.access import AdminRequest, is_desk_admin, is_installation_admin
from accounts.admin.audited import AuditedAdmin
from accounts.models import AuditEntry
from accounts.tenancy import system_scope
from helpdesk.admin.chat_test import send_chat_test
from helpdesk.admin.code_hosts import (
    process_code_event_again,
    run_code_host_test,
    send_call_again,
)
from helpdesk.admin.crm_pull import request_crm_pull
from helpdesk.admin.desks import add_desk, set_suspension
from helpdesk.admin.dry_runs import apply_run, show_dry_run, show_dry_runs
from helpdesk.admin.identity_provider_test import run_provider_test
from helpdesk.admin.import_export import export_customers, import_customers
from helpdesk.admin.invitations import invite_person, withdraw_invitation_view
from helpdesk.admin.mailbox_verification import verify_mailbox_view
from helpdesk.admin.navigation import list_groups
from helpdesk.admin.paging_test import send_paging_test
from helpdesk.admin.privacy import (
    erase_agent_page,
    erase_contact_page,
    export_agent_file,
    export_contact_file,
)
from helpdesk.admin.quarantine import decide_quarantined
from helpdesk.admin.sla_matrix import edit_sla_matrix
from helpdesk.admin.stages import edit_stages
from helpdesk.admin.two_factor_reset import reset_for_agent, reset_for_user
from helpdesk.admin.unsent import take_unsent
from helpdesk.login.signed_out.refusing import refuse_signed_out
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.quarantine import MAX_COUNTED, count_quarantined
from sla.holidays.horizon import list_warnings_of_desk

View = Callable[..., HttpResponseBase]


METHODS = ["GET", "HEAD", "POST"]  # Django's admin treats any other method as a GET


class PlumblineAdminSite(UnfoldAdminSite):
    """Access, page frame and custom pages of the admin site."""

    index_template = "admin/desk_index.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register only pages that know desks; those of third-party packages do not."""
        if admin_class is not None and issubclass(admin_class, AuditedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: AdminRequest) -> bool:
        """Return True for an admin of the request's desk or of the installation."""
        return is_desk_admin(request) or is_installation_admin(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Wrap a page: visitors are sent to sign in, users without the right get 404."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: AdminRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                if request.user.is_authenticated:
                    raise Http404(gettext("This page is only available to admins."))
                return refuse_signed_out(request)
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            request.unsent_fields = take_unsent(request)
            if request.desk is not None:
                return inner(request, *args, **kwargs)
            with system_scope("pages of installation admins"):
                response = inner(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response

        return guarded

    def get_urls(self) -> list[URLPattern]:
        """Return all pages but Unfold's search, whose cache would mix results of several desks."""
        own = [
            path("sla/matrix/", self.admin_view(edit_sla_matrix), name="sla_matrix"),
            path("defects/stages/", self.admin_view(edit_stages), name="stages"),
            path("csv/", self.admin_view(import_customers), name="csv"),
            path("csv/export/", self.admin_view(export_customers), name="csv_export"),
            path(
                "crm/<int:connection_id>/pull/", self.admin_view(request_crm_pull), name="crm_pull"
            ),
            path(
                "chat/<int:chat_id>/test/",
                self.admin_view(send_chat_test),
                name="chat_test",
            ),
            path(
                "accounts/identityprovider/<int:provider_id>/test/",
                self.admin_view(run_provider_test),
                name="identity_provider_test",
            ),
            path(
                "channels_intake/pagingservice/<int:service_id>/test/",
                self.admin_view(send_paging_test),
                name="paging_test",
            ),
            path(
                "mail/<int:inbound_id>/decision/",
                self.admin_view(decide_quarantined),
                name="quarantine_decision",
            ),
            path("accounts/invitation/invite/", self.admin_view(invite_person), name="invite"),
            path(
                "accounts/invitation/<int:invitation_id>/withdrawal/",
                self.admin_view(withdraw_invitation_view),
                name="invitation_withdrawal",
            ),
            path(
                "channels_intake/mailbox/<int:mailbox_id>/verification/",
                self.admin_view(verify_mailbox_view),
                name="mailbox_verification",
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
            + self._dry_run_urls()
            + self._person_urls()
            + self._connection_urls()
            + [url for url in super().get_urls() if getattr(url, "name", "") != "search"]
        )

    def _dry_run_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, View, str]] = [
            ("", show_dry_runs, "dry_runs"),
            ("<int:dry_run_id>/", show_dry_run, "dry_run"),
            ("<int:dry_run_id>/application/", apply_run, "dry_run_application"),
        ]
        return [
            path(f"routing/dry-runs/{route}", self.admin_view(view), name=name)
            for route, view, name in pages
        ]

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

    def _connection_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, View, str]] = [
            ("codehost/<int:code_host_id>/test/", run_code_host_test, "code_host_test"),
            ("codeevent/<int:code_event_id>/again/", process_code_event_again, "code_event_again"),
            ("outgoingcall/<int:call_id>/again/", send_call_again, "call_again"),
        ]
        return [
            path(f"channels_intake/{place}", self.admin_view(view), name=name)
            for place, view, name in pages
        ]

    def login(
        self, request: AdminRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the installation's sign-in page, which limits attempts."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404(gettext("This page is only available to admins."))
        return redirect_to_login(reverse("admin:index"), resolve_url(settings.LOGIN_URL))

    @method_decorator(post_only)
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
        latest = AuditEntry.objects.filter(desk=request.desk)[:8] if request.desk else []
        count = count_quarantined(request.desk)
        more = {
            "latest_entries": latest,
            "quarantined_count": min(count, MAX_COUNTED),
            "has_more_quarantined": count > MAX_COUNTED,
            "calendar_warnings": list_warnings_of_desk(request.desk, timezone.now()),
        }
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
        """Return the navigation with the pages that the user may open."""
        return list_groups(self, request)

    def _list_links(self, request: AdminRequest) -> list[dict[str, str]]:
        change = {"title": gettext("Change password"), "link": reverse("account_change_password")}
        return (
            [{"title": gettext("Agent dashboard"), "link": reverse("agent:queue")}, change]
            if request.desk
            else [change]
        )
