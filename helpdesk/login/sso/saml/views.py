"""The two addresses of ours that a SAML identity provider uses: ACS URL and metadata."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.models import IdentityProvider
from accounts.models.identities import ProviderKind
from helpdesk.login.adapter import get_desk
from helpdesk.login.sso.pending import SsoError
from helpdesk.login.sso.saml.response import verify_response
from helpdesk.login.sso.saml.service_provider import build_metadata, store_identity
from helpdesk.login.sso.views import build_service_provider, find_provider, refuse
from helpdesk.shared.http.rate_limits import rate_limited


# Exempt from CSRF: the provider's page posts here without cookie or token. The signature counts,
# and the session of the GET that follows.
@csrf_exempt
@require_POST
@rate_limited("saml_acs")
def consume_assertion(request: HttpRequest, saml_id: int) -> HttpResponse:
    """Verify a posted response, store its person and redirect to the callback.

    Do not touch the session: the POST came without the session cookie, and a new one would replace
    the browser's own.
    """
    provider = find_provider(request, saml_id, kind=ProviderKind.SAML)
    encoded = request.POST.get("SAMLResponse", "")
    sp = build_service_provider(request, provider)
    try:
        request_id, person = verify_response(encoded, provider=provider, sp=sp, at=timezone.now())
        store_identity(provider, request_id, person)
    except SsoError as error:
        return refuse(request, provider, error)
    return HttpResponseRedirect(reverse("sso_callback", args=[provider.pk]), status=303)


@require_GET
def show_metadata(request: HttpRequest, saml_id: int) -> HttpResponse:
    """Return our metadata for one provider, active or not."""
    desk = get_desk(request)
    if desk is None:
        raise Http404
    provider = get_object_or_404(IdentityProvider, pk=saml_id, desk=desk, kind=ProviderKind.SAML)
    metadata = build_metadata(build_service_provider(request, provider))
    return HttpResponse(metadata, content_type="application/samlmetadata+xml")
