"""The sign-in page of agents, which offers single sign-on; the customers' page doesn't."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.urls import reverse

from helpdesk.shared.http.refusals import get_interface

AGENT_INTERFACES = {"agent", "admin"}


def is_page_for_agents(url: str) -> bool:
    """Return True for a URL of the agents' pages or the admin site, at any desk or none."""
    return get_interface(urlsplit(url).path) in AGENT_INTERFACES


def build_agent_sign_in_url() -> str:
    """Return where the agents of the current desk sign in."""
    return f"{reverse('account_login')}?{urlencode({'next': reverse('agent:queue')})}"
