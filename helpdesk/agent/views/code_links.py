"""Issues and pull requests of a defect: create, link by URL, unlink."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_intake.code_hosts.issues import create_issue, link_by_url, unlink
from channels_intake.models import CodeHost, CodeLink
from helpdesk.agent.code_links import describe_pause
from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.views.defects.common import apply_to_defect, get_defect, redirect_to_defect
from helpdesk.shared.numbers import parse_number
from tickets.errors import ServiceError


@agent_action
def create(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Create an issue in the chosen repository."""
    defect = get_defect(request, defect_number)
    host_id = parse_number(request.POST.get("host", "")) or 0
    host = CodeHost.objects.filter(pk=host_id, desk=request.desk).first()
    if host is None:
        raise Http404
    success = describe_pause() if host.is_paused else _("The issue is being created.")

    def change() -> object:
        return create_issue(
            defect_id=defect.pk, host_id=host_id, agent=request.agent, at=timezone.now()
        )

    return apply_to_defect(request, defect.number, change, success=success)


@agent_action
def link(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Link an issue or pull request by the URL of its page."""
    defect = get_defect(request, defect_number)
    url = request.POST.get("url", "")[:500]

    def change() -> object:
        return link_by_url(defect_id=defect.pk, url=url, agent=request.agent, at=timezone.now())

    return apply_to_defect(request, defect.number, change, success=_("Linked."))


@agent_action
def remove(request: AgentRequest, defect_number: int, code_link_id: int) -> HttpResponse:
    """Remove a link; the issue stays at its host."""
    defect = get_defect(request, defect_number)
    try:
        may_appear = unlink(
            defect_id=defect.pk, link_id=code_link_id, agent=request.agent, at=timezone.now()
        )
    except ServiceError as error:
        return redirect_to_defect(request, defect.number, error=str(error))
    except CodeLink.DoesNotExist:  # another agent was faster
        raise Http404 from None
    said = _("Link removed.")
    if may_appear:
        said = _("Link removed. If the issue was created anyway, the history says so.")
    return redirect_to_defect(request, defect.number, success=said)
