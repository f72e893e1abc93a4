"""Tests of saved connections, like the buttons on their pages in the admin site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent
from channels_intake.models import PagingKind, PagingService
from helpdesk.api.configuration.channels import ChannelsView
from helpdesk.api.configuration.chat_channels import ChatChannelsView
from helpdesk.api.configuration.code_hosts import CodeHostsView
from helpdesk.api.configuration.customer_cards import CustomerCardsView
from helpdesk.api.configuration.identity_providers import IdentityProvidersView
from helpdesk.api.configuration.paging_services import PagingServicesView
from helpdesk.api.configuration.setting_rows import SettingRowView, SettingView
from helpdesk.login.sso.checks import check_connection
from helpdesk.shared.connection_tests import (
    ERROR,
    Finding,
    try_card,
    try_channel,
    try_chat,
    try_code_host,
    try_paging,
)
from helpdesk.shared.http.rate_limits import is_within_limit
from tickets.errors import ConflictError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LEVELS = ("success", "info", "warning", "error")
ABOUT = _(
    "Tests the saved settings and returns the results. Up to ten tests per minute. For desk admins."
)
Try = Callable[[Any, Agent, datetime], Sequence[Finding]]


class FindingItem(serializers.Serializer[Any]):
    """One result of a test."""

    level = serializers.ChoiceField(LEVELS, help_text=_("How serious it is."))
    text = serializers.CharField(help_text=_("The result in words."))


class ConnectionTestResult(serializers.Serializer[Any]):
    """What a test of a connection found."""

    is_working = serializers.BooleanField(help_text=_("False if one of the results is an error."))
    findings = FindingItem(many=True, help_text=_("The results."))


class ConnectionTestView(SettingRowView):
    """Outside of a transaction, because it waits for another system.

    limit: the name of its rate limit, which it shares with the button.
    """

    http_method_names = ["post", "options"]
    runs_outside = True
    limit: ClassVar[str]
    run_test: ClassVar[Try]

    def post(self, request: Request, **_ids: int) -> Response:
        """Test a row's saved settings."""
        row = self.get_row()
        if not is_within_limit(request._request, self.limit):
            raise Throttled
        findings = type(self).run_test(row, self.agent, timezone.now())
        is_working = all(one.level != ERROR for one in findings)
        found = {"is_working": is_working, "findings": findings}
        return Response(ConnectionTestResult(found).data)


def build_test(
    view: type[SettingView],
    run_test: Try,
    *,
    place: str,
    one: str,
    summary: StrOrPromise,
    limit: str,
    parameter: str = "",
) -> URLPattern:
    """Return the address that tests a row. place and one: as for ``build_paths``."""
    parameter = parameter or f"{one}_id"
    given = {"__module__": view.__module__, "parameter": parameter, "limit": limit}
    made: Any = type(
        f"{view.__name__}Test", (ConnectionTestView, view), {**given, "run_test": run_test}
    )
    described = extend_schema(
        operation_id=f"test_{one}",
        summary=summary,
        description=ABOUT,
        request=None,
        responses=ConnectionTestResult,
    )
    extend_schema_view(post=described)(made)
    return path(f"{place}/<int:{parameter}>/test/", made.as_view(), name=f"{one}_test")


def _test_paging(row: PagingService, by: Agent, at: datetime) -> list[Finding]:
    if row.kind == PagingKind.EMAIL and by.is_service:
        raise ConflictError(gettext("A service account has no email address for a test alert."))
    return [try_paging(row, to=by.user.email, at=at)]


CONNECTION_TESTS = [
    build_test(
        ChannelsView,
        lambda row, by, at: [try_channel(row, at=at)],
        place="channels",
        one="channel",
        summary=_("Test a connected channel"),
        limit="provider_test",
    ),
    build_test(
        CodeHostsView,
        lambda row, by, at: [try_code_host(row, at=at)],
        place="code-hosts",
        one="code_host",
        summary=_("Test a repository"),
        limit="provider_test",
    ),
    build_test(
        ChatChannelsView,
        lambda row, by, at: [try_chat(row, at=at)],
        place="chat-channels",
        one="chat_channel",
        summary=_("Send a test message"),
        limit="chat_test",
        parameter="chat_id",
    ),
    build_test(
        PagingServicesView,
        _test_paging,
        place="paging-services",
        one="paging_service",
        summary=_("Send a test alert"),
        limit="paging_test",
        parameter="service_id",
    ),
    build_test(
        CustomerCardsView,
        lambda row, by, at: [try_card(row, at=at)],
        place="customer-cards",
        one="customer_card",
        summary=_("Send a test request"),
        limit="card_test",
        parameter="card_id",
    ),
    build_test(
        IdentityProvidersView,
        lambda row, by, at: check_connection(row, at=at),
        place="identity-providers",
        one="identity_provider",
        summary=_("Test an identity provider"),
        limit="provider_test",
        parameter="provider_id",
    ),
]
