"""Customers who wait for the release of a fix, because another product line has it first."""

from __future__ import annotations

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from accounts.models import ProductLine
from tickets.defects.stages import RELEASED
from tickets.models import Defect, DefectLink


def annotate_line(links: QuerySet[DefectLink]) -> QuerySet:
    """Add the ID of the product line of each link's ticket, as plans.find_line_id finds it."""
    line = Coalesce(_pick_line("ticket__product_line"), _pick_line("ticket__account__product_line"))
    return links.annotate(line=line)


def _pick_line(path: str) -> Case:
    """Return a product line, or NULL if it is one of another product than the defect's."""
    fits = Q(defect__product__isnull=True) | Q(**{f"{path}__product": F("defect__product")})
    return Case(When(fits, then=F(path)))


def count_waiting(defect: Defect) -> dict[str, int]:
    """Return how many linked tickets wait for a release, by the name of their product line."""
    if defect.stage not in RELEASED:
        return {}
    lines = set(defect.releases.values_list("line", flat=True))
    if not lines or None in lines:
        return {}
    links = annotate_line(DefectLink.objects.filter(defect=defect)).filter(line__isnull=False)
    waiting = links.exclude(line__in=lines).order_by().values_list("line")
    counts = dict(waiting.annotate(tickets=Count("pk")))
    return {line.name: counts[line.pk] for line in ProductLine.objects.filter(pk__in=counts)}
