"""The lead's board (M13, M55): staff on shift, age of the queues, breaches by hour."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from helpdesk.agent.board.page import build_board
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from tickets.rules.visibility import ROLES_SEEING_ALL


@vary_on_headers("HX-Request")
@agent_page
def show_board(request: AgentRequest) -> HttpResponse:
    """Show the board; to htmx its contents alone. 403 unless the agent is a lead or admin."""
    if request.agent.role not in ROLES_SEEING_ALL:
        raise PermissionDenied(_("Only leads and admins of this desk can see the board."))
    board = build_board(request.desk, at=timezone.now())
    if request.htmx:
        return render(request, "agent/board/_board.html", board)
    context = {**build_shell(request, current="board"), **board}
    return render(request, "agent/board/page.html", context)
