"""Steps that the tests of pages about defects share."""

from __future__ import annotations

from django.test import Client

from tickets.models import Defect, Ticket

QUEUE = "/rocket/agent/defects/"


def url_of(defect: Defect, page: str = "") -> str:
    return f"{QUEUE}{defect.number}/{page}"


def url_of_ticket(ticket: Ticket, page: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/defects/{page}"


def read(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def reload(defect: Defect) -> Defect:
    return Defect.objects.get(pk=defect.pk)
