"""The admin site: of a desk for its admins, and of the installation for installation admins.

Under a desk's path the wall shows only rows of that desk. Outside of all desks only installation
admins (superusers) get in, and see desks, users and stray email in the system scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
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
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from unfold.sites import UnfoldAdminSite

from accounts.admin.access import AdminRequest, is_desk_admin, is_installation_admin
from accounts.admin.audited import AuditedAdmin
from accounts.models import AuditEntry
from accounts.tenancy import system_scope
from channels_intake.outgoing.outages import find_outage
from helpdesk.admin.navigation import list_groups
from helpdesk.admin.routes import ROUTES
from helpdesk.admin.unsent import take_unsent
from helpdesk.login.signed_out.refusing import refuse_signed_out
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.quarantine import MAX_COUNTED, count_quarantined
from helpdesk.shared.waiting_mail import describe_waiting_mail
from helpdesk.worker.workload import list_stalled
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
        own = [path(route, self.admin_view(view), name=name) for route, view, name in ROUTES]
        return own + [url for url in super().get_urls() if getattr(url, "name", "") != "search"]

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
            "late_mail": describe_waiting_mail(request.desk, at=timezone.now())
            if request.desk
            else [],
            "is_work_stalled": bool(list_stalled(timezone.now())),
            "mail_outage": find_outage(request.desk),
            "shows_server_words": request.user.is_superuser,
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

    def get_app_list(self, request: AdminRequest, app_label: str | None = None) -> Any:
        """Return all pages by app, made when they are read. Our own navigation shows instead."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

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
