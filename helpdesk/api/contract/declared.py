"""What the contract adds to the declaration of every operation; the schema shows it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter

from helpdesk.api.contract.shaping import list_shape_parameters
from helpdesk.api.contract.versions import has_version

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=_(
        "A key of your choice, up to 255 characters, such as a random UUID. If you repeat a "
        "request with the same key, nothing is done twice, and you get the result of the first "
        "request."
    ),
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=_(
        "The ETag of the version that you have read. If the object has changed since, nothing is "
        "done, and you get 412."
    ),
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description=_(
        "The ETag of the version you have. If the object is unchanged, you get 304 without a body."
    ),
)


def list_contract_parameters(schema: Any) -> list[OpenApiParameter]:
    """Return the parameters that an operation has by the contract, beside those of its own."""
    view, method = schema.view, schema.method
    if method == "POST":
        return [IDEMPOTENCY_KEY]
    if method == "GET":
        shaped = list_shape_parameters(schema)
        has_tag = has_version(view) and not schema._is_list_view()
        return [*shaped, IF_NONE_MATCH] if has_tag else shaped
    return [IF_MATCH] if has_version(view) else []
