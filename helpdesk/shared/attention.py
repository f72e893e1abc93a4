"""The leads to notify of a request for attention."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Desk
from routing.availability import is_on_shift
from routing.candidates import list_staff
from routing.staff.missing import list_leads
from routing.staff.on_call import list_on_call


def list_attentive_leads(desk: Desk, at: datetime) -> list[int]:
    """Return the IDs of the leads on call; else of those on shift; else of all leads.

    A desk without leads has its admins for them.
    """
    leads = set(list_leads(desk.pk))
    on_call = leads & set(list_on_call(desk, at).values_list("agent_id", flat=True))
    if on_call:
        return sorted(on_call)
    on_shift = {one.agent.pk for one in list_staff(desk) if is_on_shift(one.facts, at)}
    return sorted(leads & on_shift or leads)
