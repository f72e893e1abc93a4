"""The neutral part of the CRM sync (M38, M39): the normal form of a record, and the mapping that makes it.

No database and no clock. A mapping is JSON: for each module our fields and where they stand in a record, as a
field's name, a path into a look-up ("Owner.email") or a list of both whose texts are joined; and under
"values" what the CRM's words mean here, "*" standing for any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from accounts.matching import get_account_domain_error, normalize_domain, normalize_email

ACCOUNTS, CONTACTS = "Accounts", "Contacts"
MAX_NAME_CHARS = 120
MAX_FIELDS = 50  # that Zoho gives at once

FIELDS = {
    ACCOUNTS: (
        "name",
        "domains",
        "status",
        "plan",
        "account_manager",
        "success_manager",
        "products",
    ),
    CONTACTS: ("email", "name", "account"),
}
NEEDED = {ACCOUNTS: ("name",), CONTACTS: ("email",)}
TRANSLATED = ("status", "plan", "products")
DEFAULT_MAPPING: dict[str, dict[str, Any]] = {
    ACCOUNTS: {
        "name": "Account_Name",
        "domains": "Website",
        "status": "Account_Type",
        "account_manager": "Owner.email",
    },
    CONTACTS: {"email": "Email", "name": ["First_Name", "Last_Name"], "account": "Account_Name.id"},
    "values": {"status": {"Customer": "customer", "Prospect": "potential", "*": "community"}},
}

_FIELD = re.compile(r"[$A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_AROUND_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^www\.", re.IGNORECASE)


class UnreadableRecordError(Exception):
    """A record that cannot become an account or a contact, whatever else is there; the text says why."""


class CrmBusyError(Exception):
    """The CRM cannot answer now; ask again after so many seconds."""

    def __init__(self, why: str, seconds: int = 60) -> None:
        super().__init__(why)
        self.seconds = seconds


class CrmRefusedError(Exception):
    """The CRM will not answer until somebody changes the connection or its rights."""


class PageLostError(Exception):
    """The page token is no longer good; the module is to be read from its start."""


@dataclass(frozen=True, slots=True)
class Page:
    """Raw records, and the token of the next page, empty for none."""

    records: tuple[Mapping[str, Any], ...]
    next_token: str = ""


class Source(Protocol):
    """What an adapter gives; it raises CrmBusyError, CrmRefusedError and PageLostError, and nothing else."""

    def fetch_page(
        self, module: str, fields: Sequence[str], since: datetime | None, token: str
    ) -> Page: ...

    def fetch_records(self, module: str, fields: Sequence[str], ids: Sequence[str]) -> Page: ...


@dataclass(frozen=True, slots=True)
class CrmAccount:
    """An account as the CRM has it. Only the fields in `named` mean anything; managers are addresses."""

    record_id: str
    name: str
    domains: tuple[str, ...] = ()
    status: str = ""
    plan: str = ""
    account_manager: str = ""
    success_manager: str = ""
    products: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CrmContact:
    """A person as the CRM has them; `account_record` is the CRM's id of their account, empty for none."""

    record_id: str
    email: str
    name: str = ""
    account_record: str = ""
    named: frozenset[str] = frozenset()


def check_mapping(mapping: Any) -> list[str]:
    """Say in sentences what is wrong with a mapping; none for a good one."""
    if not isinstance(mapping, dict) or not all(
        isinstance(part, dict) for part in mapping.values()
    ):
        return ["A mapping is an object with the parts Accounts, Contacts and values."]
    problems = [
        f"“{part}” is no part of a mapping." for part in mapping if part not in {*FIELDS, "values"}
    ]
    for module, ours in FIELDS.items():
        part = mapping.get(module, {})
        problems += [
            f"{module} needs the field “{field}”." for field in NEEDED[module] if field not in part
        ]
        problems += [
            f"{module} has no field “{field}” here." for field in part if field not in ours
        ]
        problems += [
            f"{module}: “{field}” needs the name of a field in the CRM."
            for field, source in part.items()
            if field in ours and not _is_source(source)
        ]
        if len(fields_to_ask(mapping, module)) > MAX_FIELDS:
            problems.append(f"{module} names more than {MAX_FIELDS} fields of the CRM.")
    return problems + _check_values(mapping.get("values", {}))


def _check_values(values: Mapping[str, Any]) -> list[str]:
    problems = [
        f"Values of “{field}” cannot be translated." for field in values if field not in TRANSLATED
    ]
    problems += [
        f"The values of “{field}” are pairs of texts."
        for field, words in values.items()
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values())
    ]
    return problems


def _is_source(source: Any) -> bool:
    paths = source if isinstance(source, list) else [source]
    return bool(paths) and all(isinstance(path, str) and _FIELD.fullmatch(path) for path in paths)


def fields_to_ask(mapping: Mapping[str, Any], module: str) -> tuple[str, ...]:
    """The CRM's fields that a module's mapping reads, sorted."""
    sources = [s for s in mapping.get(module, {}).values() if _is_source(s)]
    paths = [
        path for source in sources for path in (source if isinstance(source, list) else [source])
    ]
    return tuple(sorted({path.partition(".")[0] for path in paths}))


def read_account(record: Mapping[str, Any], mapping: Mapping[str, Any]) -> CrmAccount:
    """The normal form of a record of Accounts. Raises UnreadableRecordError."""
    part = mapping[ACCOUNTS]
    name = _name(record, part)
    if not name:
        raise UnreadableRecordError("The record has no name.")

    def word(field: str) -> str:
        return translate(mapping, field, _text(record, part[field])) if field in part else ""

    return CrmAccount(
        record_id=_record_id(record),
        name=name,
        domains=_domains(record, part["domains"]) if "domains" in part else (),
        status=word("status"),
        plan=word("plan"),
        account_manager=normalize_email(_text(record, part.get("account_manager", []))),
        success_manager=normalize_email(_text(record, part.get("success_manager", []))),
        products=tuple(
            translate(mapping, "products", p) for p in _list(record, part.get("products", []))
        ),
        named=frozenset(part),
    )


def read_contact(record: Mapping[str, Any], mapping: Mapping[str, Any]) -> CrmContact:
    """The normal form of a record of Contacts. Raises UnreadableRecordError."""
    part = mapping[CONTACTS]
    written = _text(record, part["email"])
    email = normalize_email(written)
    if not email:
        raise UnreadableRecordError(
            f"“{written[:100]}” is not an e-mail address."
            if written
            else "The record has no e-mail address."
        )
    return CrmContact(
        record_id=_record_id(record),
        email=email,
        name=_name(record, part) if "name" in part else "",
        account_record=_text(record, part.get("account", [])),
        named=frozenset(part),
    )


def describe(record: Mapping[str, Any], mapping: Mapping[str, Any], module: str) -> str:
    """What people call a record, whatever is wrong with it."""
    part = mapping.get(module, {})
    return _text(record, part.get("name", [])) or _text(record, part.get("email", []))


def translate(mapping: Mapping[str, Any], field: str, word: str) -> str:
    """What a word of the CRM means here; itself where the mapping says nothing."""
    words = mapping.get("values", {}).get(field, {})
    return str(words.get(word, words.get("*", word) if word else "")).strip()


def _record_id(record: Mapping[str, Any]) -> str:
    record_id = str(record.get("id") or "")
    if not record_id or len(record_id) > 40:
        raise UnreadableRecordError("The record has no id.")
    return record_id


def _name(record: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    name = _text(record, part["name"])
    if len(name) > MAX_NAME_CHARS:
        raise UnreadableRecordError(f"The name is longer than {MAX_NAME_CHARS} characters.")
    return name


def _text(record: Mapping[str, Any], source: str | list[str]) -> str:
    texts = [_one_text(record, path) for path in (source if isinstance(source, list) else [source])]
    return " ".join(text for text in texts if text)


def _one_text(record: Mapping[str, Any], path: str) -> str:
    field, _, below = path.partition(".")
    value = record.get(field)
    if isinstance(value, Mapping):
        value = value.get(below or "name")
    if isinstance(value, list):
        value = " ".join(str(each) for each in value)
    return _clean(value)


def _clean(value: Any) -> str:
    """Text that can be stored: no control characters, no halves of surrogate pairs."""
    text = "" if value is None else str(value).encode("utf-8", "replace").decode()
    return " ".join(_CONTROLS.sub(" ", text).split())


def _list(record: Mapping[str, Any], source: str | list[str]) -> tuple[str, ...]:
    """The texts of a multi-select field, or of one text with commas."""
    values: list[str] = []
    for path in source if isinstance(source, list) else [source]:
        value = record.get(path.partition(".")[0])
        values += value if isinstance(value, list) else _one_text(record, path).split(",")
    return tuple(dict.fromkeys(text for each in values if (text := _clean(each))))


def _domains(record: Mapping[str, Any], source: str | list[str]) -> tuple[str, ...]:
    """Domains of web addresses, mail addresses or plain names. Raises UnreadableRecordError for one nobody may own (M78)."""
    found: dict[str, None] = {}
    for written in re.split(r"[\s,;]+", _text(record, source)):
        if not written:
            continue
        host = re.split(r"[/?#:]", _AROUND_HOST.sub("", _AROUND_HOST.sub("", written)), maxsplit=1)[
            0
        ]
        domain = normalize_domain(host.rpartition("@")[2])
        if problem := get_account_domain_error(domain or written):
            raise UnreadableRecordError(problem)
        found[domain] = None
    return tuple(found)
