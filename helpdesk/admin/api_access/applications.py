"""Admit, change and remove OAuth applications of a desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.logins.secrets_once import keep_for_page, take_kept
from accounts.models import OAuthApplication
from accounts.tokens.admitting import (
    admit_application,
    change_application,
    delete_application,
    renew_secret,
)
from helpdesk.admin.api_access.application_form import ApplicationForm
from helpdesk.admin.rendering import render_page
from helpdesk.login.two_factor.fresh import ask_again, is_sign_in_fresh
from helpdesk.shared.http.methods import post_only

TEMPLATE = "admin/api_access/application.html"


def add_application(request: AdminRequest) -> HttpResponse:
    """Show the form of a new application, and admit it."""
    require_desk_admin(request)
    if not is_sign_in_fresh(request):
        return ask_again(request)
    form = ApplicationForm(_read_post(request), desk=request.desk)
    if form.is_bound and form.is_valid():
        application, secret = admit_application(
            desk=request.desk, values=form.get_values(), by=request.user
        )
        if secret:
            keep_for_page(request.session, _get_page(application), secret)
        return _go_to(application)
    return render_page(
        request,
        TEMPLATE,
        title=_("New application"),
        status=422 if form.is_bound else 200,
        form=form,
    )


def show_application(request: AdminRequest, application_id: int) -> HttpResponse:
    """Show and change an application."""
    require_desk_admin(request)
    application = _get(request, application_id)
    if not is_sign_in_fresh(request):
        return ask_again(request)
    form = ApplicationForm(_read_post(request), desk=request.desk, application=application)
    if form.is_bound and form.is_valid():
        change_application(application=application, values=form.get_values(), by=request.user)
        messages.success(request, _("Application saved."))
        return _go_to(application)
    return render_page(
        request,
        TEMPLATE,
        title=application.name,
        status=422 if form.is_bound else 200,
        form=form,
        application=application,
        is_public=application.client_type == OAuthApplication.CLIENT_PUBLIC,
        secret=take_kept(request.session, request.path),
    )


@post_only
def renew_application_secret(request: AdminRequest, application_id: int) -> HttpResponse:
    """Replace an application's client secret and show the new one once."""
    require_desk_admin(request)
    application = _get(request, application_id)
    if not is_sign_in_fresh(request):
        return ask_again(request)
    secret = renew_secret(application=application, by=request.user)
    keep_for_page(request.session, _get_page(application), secret)
    return _go_to(application)


@post_only
def remove_application(request: AdminRequest, application_id: int) -> HttpResponse:
    """Delete an application with all its tokens."""
    require_desk_admin(request)
    application = _get(request, application_id)
    name = application.name
    delete_application(application=application, by=request.user)
    messages.success(
        request, _("%(name)s was removed. Its tokens no longer work.") % {"name": name}
    )
    return HttpResponseRedirect(reverse("admin:api_access"))


def _get(request: AdminRequest, application_id: int) -> OAuthApplication:
    mine = OAuthApplication.objects.filter(desk=request.desk)
    found: OAuthApplication = get_object_or_404(mine, pk=application_id)
    return found


def _go_to(application: OAuthApplication) -> HttpResponse:
    return HttpResponseRedirect(_get_page(application))


def _get_page(application: OAuthApplication) -> str:
    return reverse("admin:application", args=[application.pk])


def _read_post(request: AdminRequest) -> Any:
    return request.POST if request.method == "POST" else None
