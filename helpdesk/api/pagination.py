"""Pages of lists. A cursor that was changed by hand is a 400.

Every list has the same shape and the same parameters, and links to its other pages in its body and
in the Link header (RFC 8288), so that a client needs one loop.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.settings import spectacular_settings
from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from helpdesk.api.contract.cursors import CURSOR, Order, invalid_cursor
from helpdesk.api.contract.problems import ParameterError

MAX_ID = BigIntegerField.MAX_BIGINT
PAGE, MAX_PAGE = 50, 200
MAX_COUNT = 10_000
LIMIT, COUNT = "limit", "count"


class PagesMixin:
    """The parameters and the form of all lists."""

    request: Request

    def get_first_link(self) -> str:
        """Return the URL of the first page."""
        return remove_query_param(self.request.build_absolute_uri(), CURSOR)

    def build_page(
        self, data: Any, following: str | None, preceding: str | None, count: int | None
    ) -> Response:
        """Return a page with links to the others. count: the number of all rows, if asked for."""
        body = {"next": following, "previous": preceding, "results": data}
        if count is not None:
            body |= {COUNT: min(count, MAX_COUNT), "count_is_exact": count <= MAX_COUNT}
        links = {"first": self.get_first_link(), "prev": preceding, "next": following}
        shown = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items() if url)
        return Response(body, headers={"Link": shown})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _describe(CURSOR, _("Where the page begins: from “next” or “previous”.")),
            _describe(
                LIMIT,
                _("Rows per page."),
                {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE},
            ),
            _describe(
                COUNT,
                _(
                    "“true” to get the number of all rows as “count”, up to 10,000. If there are "
                    "more, “count_is_exact” is false."
                ),
                {"type": "boolean", "default": False},
            ),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = _describe_link()
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": _("The URL of the next page, or null.")},
                "previous": {**link, "description": _("The URL of the previous page, or null.")},
                "results": {**schema, "description": _("The rows of this page.")},
                COUNT: {
                    "type": "integer",
                    "description": _("The number of all rows, if “count” asked for it."),
                },
                "count_is_exact": {
                    "type": "boolean",
                    "description": _("False if there are more rows than “count”."),
                },
            },
        }


class Keyset(PagesMixin, BasePagination):
    """Pages of a queryset in the order of columns that together are unique, such as a time and id.

    A cursor holds the values of the last row. So a page costs the same wherever it begins, rows
    that come and go in between shift nothing, and any number of rows may have the same time.
    """

    ordering: str | tuple[str, ...]
    count: int | None = None

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """Return the columns, "-" first for descending. The last one must be unique."""
        return (self.ordering,) if isinstance(self.ordering, str) else self.ordering

    def make_order(self, queryset: QuerySet[Any], columns: tuple[str, ...], view: Any) -> Order:
        """Return the order of the rows."""
        return Order(queryset, columns)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, limit = request, read_limit(request)
        if is_count_wanted(request):
            self.count = queryset.order_by()[: MAX_COUNT + 1].count()
        self.order = self.make_order(queryset, self.get_ordering(request, queryset, view), view)
        text = request.query_params.get(CURSOR)
        cursor = None if text is None else self.order.read(text)
        self.is_back = cursor is not None and cursor.is_back
        found = self.order.read_rows(cursor, limit + 1)
        self.has_more, self.has_begun = len(found) > limit, cursor is not None
        self.page = found[:limit][::-1] if self.is_back else found[:limit]
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        has_next = self.page and (self.is_back or self.has_more)
        has_previous = self.page and (self.has_more if self.is_back else self.has_begun)
        following = self._link(self.page[-1], is_back=False) if has_next else None
        preceding = self._link(self.page[0], is_back=True) if has_previous else None
        return self.build_page(data, following, preceding, self.count)

    def _link(self, row: Any, *, is_back: bool) -> str:
        url = self.request.build_absolute_uri()
        return replace_query_param(url, CURSOR, self.order.write(row, is_back=is_back))


class NewestFirst(Keyset):
    """Rows by id, the newest first."""

    ordering = "-id"


class ShortList(PagesMixin, BasePagination):
    """Pages of a list that is read whole, such as a desk's settings. The default of all views."""

    def paginate(self, rows: list[Any], request: Request) -> Response:
        """Return the page of the rows that the request asks for."""
        self.request = request
        limit, start = read_limit(request), _read_start(request)
        count = len(rows) if is_count_wanted(request) else None
        end = start + limit
        following = self._link(end) if end < len(rows) else None
        preceding = self._link(max(start - limit, 0)) if start else None
        return self.build_page(rows[start:end], following, preceding, count)

    def get_whole(self, response: Response, request: Request) -> Response:
        """Put all rows in the form of a page: what a change leads to isn't paged."""
        self.request = request
        response.data = self.build_page(response.data, None, None, None).data
        return response

    def _link(self, start: int) -> str:
        url = self.request.build_absolute_uri()
        cursor = urlsafe_b64encode(f"s={start}".encode()).decode()
        return replace_query_param(url, CURSOR, cursor) if start else self.get_first_link()


def _read_start(request: Request) -> int:
    cursor = request.query_params.get(CURSOR)
    if cursor is None:
        return 0
    try:
        name, _sign, text = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").partition("=")
    except ValueError:
        raise invalid_cursor() from None
    if name != "s" or not text.isdigit() or len(text) > 9:
        raise invalid_cursor()
    return int(text)


def read_limit(request: Request) -> int:
    """Return how many rows a page has. Raises ParameterError."""
    text = request.query_params.get(LIMIT, str(PAGE))
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MAX_PAGE:
        return int(text)
    said = gettext("Enter a number from 1 to %(limit)s.") % {"limit": MAX_PAGE}
    raise ParameterError({LIMIT: [ErrorDetail(said, code="out_of_range")]})


def is_count_wanted(request: Request) -> bool:
    """Return True if a request asks for the number of all rows. Raises ParameterError."""
    text = request.query_params.get(COUNT, "false")
    if text not in {"true", "false"}:
        said = gettext("Enter “true” or “false”.")
        raise ParameterError({COUNT: [ErrorDetail(said, code="invalid")]})
    return text == "true"


def _describe_link() -> dict[str, Any]:
    link = {"type": "string", "format": "uri"}
    if spectacular_settings.OAS_VERSION.startswith("3.0"):
        return {**link, "nullable": True}
    return {**link, "type": ["string", "null"]}


def _describe(name: str, description: Any, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "required": False,
        "in": "query",
        "description": description,
        "schema": schema or {"type": "string"},
    }
