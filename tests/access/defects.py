"""A row of a desk in each table of defects."""

from __future__ import annotations

from typing import Any

from accounts.models import Account, ProductLine
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.defects.creating import create_defect
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Release, add_note, add_release
from tickets.models import Defect, DefectUpdate, StageSetting, Ticket


def create_defects(cast: Cast, ticket: Ticket, words: str) -> Defect:
    """Create a published defect of a ticket, with a release for a line, and a duplicate of it.

    words: part of every public text, and with the prefix "secret" of every internal one.
    """
    engineer, hidden = cast.level_two, f"Hush secret{words}"
    line = _create_line(cast, ticket)
    internal = {"title": hidden, "problem": hidden, "steps": hidden, "owner": engineer}
    public: dict[str, Any] = dict.fromkeys(
        ("workaround", "public_title", "public_text", "plan_text"), f"Known {words}"
    )
    fields = {**internal, **public, "product": line.product, "is_published": True}
    defect = create_defect(
        desk=cast.desk, agent=engineer, fields=fields, at=NOON, ticket_id=ticket.pk
    )
    add_note(defect_id=defect.pk, agent=engineer, text=hidden, at=NOON)
    by, release = Actor.of(engineer), Release("9.1", url="https://get.example/9.1", line=line)
    add_release(defect_id=defect.pk, release=release, by=by, at=NOON)
    mine = {"desk": cast.desk, "stage": "released"}
    text = f"Fixed {words}"
    DefectUpdate.objects.create(
        **mine, defect=defect, ticket=ticket, stage_run=2, text=text, at=NOON
    )
    StageSetting.objects.create(**mine, name=f"Shipped {words}", text=text)
    again = create_defect(desk=cast.desk, agent=engineer, fields={"title": hidden}, at=NOON)
    return merge_defect(defect_id=again.pk, into_id=defect.pk, agent=engineer, at=NOON)


def _create_line(cast: Cast, ticket: Ticket) -> ProductLine:
    """Put the customer's account and the ticket on the desk's product line, and return it."""
    line = ProductLine.objects.select_related("product").get(desk=cast.desk, name="ESR")
    Account.objects.filter(pk=cast.account.pk).update(product_line=line)
    Ticket.objects.filter(pk=ticket.pk).update(product_line=line)
    return line
