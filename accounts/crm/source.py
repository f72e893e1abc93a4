"""Interface of CRM clients: pages of raw records, and the errors of a CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from accounts.crm.reasons import ReasonError


class CrmBusyError(ReasonError):
    """The CRM is temporarily unavailable. Retry after `seconds`."""

    def __init__(self, code: str, data: Mapping[str, Any] | None = None, seconds: int = 60) -> None:
        super().__init__(code, data)
        self.seconds = seconds


class CrmRefusedError(ReasonError):
    """The CRM rejects requests until the connection or its permissions are changed."""


class PageLostError(ReasonError):
    """The page token is no longer valid. Read the module from its start."""


@dataclass(frozen=True, slots=True)
class Page:
    """Raw records, and the token of the next page, empty for none."""

    records: tuple[Mapping[str, Any], ...]
    next_token: str = ""


class Source(Protocol):
    """Interface of CRM clients. Raises CrmBusyError, CrmRefusedError and PageLostError only."""

    def fetch_page(
        self, module: str, fields: Sequence[str], since: datetime | None, token: str
    ) -> Page: ...

    def fetch_records(self, module: str, fields: Sequence[str], ids: Sequence[str]) -> Page: ...
