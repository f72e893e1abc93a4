"""The consent page and the endpoints of OAuth, within a desk only."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from csp.constants import SELF
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import (
    AuthorizationView,
    OAuthServerMetadataView,
    RevokeTokenView,
    TokenView,
)

from accounts.audit import record_audit
from accounts.middleware import DeskRequest
from accounts.models import AuditAction, OAuthApplication
from helpdesk.login.two_factor.fresh import ask_again, is_sign_in_fresh
from helpdesk.login.two_factor.policy import has_passed_two_factor
from helpdesk.shared.http.rate_limits import is_within_limit, too_many_requests


class _AtDesk:
    """Refuse requests outside of desks, and text that the database can't hold."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if cast(DeskRequest, request).desk is None:
            raise Http404
        if any("\x00" in value for values in request.POST.lists() for value in values[1]):
            return JsonResponse({"error": "invalid_request"}, status=400)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"  # RFC 6749, 5.1
        return response


class AuthorizeView(_AtDesk, AuthorizationView):
    """Ask an agent whether an application may act in their name, soon after they signed in."""

    template_name = "oauth/authorize.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.agent is None:
            raise Http404
        if request.agent is not None and not is_sign_in_fresh(request):
            return ask_again(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, whatever was allowed before and whatever the application says of that."""
        request.GET = request.GET.copy()
        request.GET.pop("approval_prompt", None)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def error_response(self, error: Any, application: Any, **given: Any) -> HttpResponse:
        """Send the agent back with an error, also to an application on their own computer."""
        if application is None:
            client_id = self.request.GET.get("client_id", "")
            application = OAuthApplication.objects.filter(client_id=client_id).first()
        response: HttpResponse = super().error_response(error, application, **given)
        return response

    def create_authorization_response(
        self, request: Any, scopes: str, credentials: dict[str, Any], allow: bool
    ) -> Any:
        """Issue a code that remembers whether the agent has passed 2FA."""
        noted = credentials | {"passed_two_factor": has_passed_two_factor(request)}
        return super().create_authorization_response(request, scopes, noted, allow)

    def form_valid(self, form: Any) -> HttpResponse:
        """Send the agent back to the application, with a code if they allowed it."""
        client_id = form.cleaned_data["client_id"]
        application = OAuthApplication.objects.filter(client_id=client_id).first()
        if application is None:
            raise Http404
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            if "code" in parse_qs(urlsplit(response.get("Location", "")).query):
                record_audit(
                    desk=self.request.desk,
                    by=self.request.user,
                    action=AuditAction.APPLICATION_ALLOWED,
                    about=application,
                    detail={"scopes": form.cleaned_data["scope"].split()},
                )
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Explain a form that our page didn't make."""
        return self.render_to_response({"error": {"error": "invalid_request"}}, status=400)

    def render_to_response(self, context: dict[str, Any], **given: Any) -> HttpResponse:
        """Let the form's answer lead to the application, which form-action would stop."""
        response: HttpResponse = super().render_to_response(context, **given)
        if target := context.get("redirect_uri"):
            parts = urlsplit(target)
            # As django-csp's decorator csp_replace sets it.
            replaced = {"form-action": [SELF, f"{parts.scheme}://{parts.netloc}"]}
            response._csp_replace = replaced  # type: ignore[attr-defined]  # set by django-csp
        return response


@method_decorator(csrf_exempt, name="dispatch")
class IssueTokenView(_AtDesk, TokenView):
    """Exchange a code, a refresh token or client credentials for tokens."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_within_limit(request, "oauth_token"):
            return too_many_requests(request)
        response: HttpResponse = self.authorization_flow_token_response(request)
        response["Content-Type"] = "application/json"  # which the toolkit forgets for some errors
        return response


@method_decorator(csrf_exempt, name="dispatch")
class EndTokenView(_AtDesk, RevokeTokenView):
    """End a token, of the application that it was issued to (RFC 7009)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_within_limit(request, "oauth_token"):
            return too_many_requests(request)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class MetadataView(_AtDesk, OAuthServerMetadataView):
    """Describe the endpoints (RFC 8414)."""

    http_method_names = ["get", "head"]
