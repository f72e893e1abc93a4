"""Product lines of a defect's plan and releases."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import ProductLine
from tickets.errors import InvalidValueError
from tickets.models import Defect


def require_fitting_line(defect: Defect, line: ProductLine | None, *, field: str = "line") -> None:
    """Raise InvalidValueError for a line of another desk, or of another product."""
    if line is None:
        return
    if line.desk_id != defect.desk_id or defect.product_id not in (None, line.product_id):
        raise InvalidValueError(field, _("Choose a product line of the defect's product."))
