"""The two addresses that a SAML provider needs of us: where it posts its responses, and our metadata."""

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
from helpdesk.login.sso.saml.service_provider import describe, leave
from helpdesk.login.sso.views import build_service_provider, find_provider, refuse
from helpdesk.shared.rate_limits import rate_limited


@csrf_exempt  # the provider's page posts here, without cookie or token; the signature counts, and the GET's session
@require_POST
@rate_limited("saml_acs")
def consume_assertion(request: HttpRequest, saml_id: int) -> HttpResponse:
    """Check a provider's response and lead to the page that has the session. The session is not touched here: it
    came without its cookie, and a new one would take its place."""
    provider = find_provider(request, saml_id, kind=ProviderKind.SAML)
    encoded = request.POST.get("SAMLResponse", "")
    try:
        request_id, person = verify_response(
            encoded,
            provider=provider,
            sp=build_service_provider(request, provider),
            at=timezone.now(),
        )
        leave(provider, request_id, person)
    except SsoError as error:
        return refuse(request, provider, error)
    return HttpResponseRedirect(reverse("sso_callback", args=[provider.pk]), status=303)


@require_GET
def show_metadata(request: HttpRequest, saml_id: int) -> HttpResponse:
    """This side's metadata for one provider, also while that is switched off."""
    desk = get_desk(request)
    if desk is None:
        raise Http404
    provider = get_object_or_404(IdentityProvider, pk=saml_id, desk=desk, kind=ProviderKind.SAML)
    return HttpResponse(
        describe(build_service_provider(request, provider)),
        content_type="application/samlmetadata+xml",
    )
