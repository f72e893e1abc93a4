"""Normal form of a CRM record, and the mapping that produces it (M38, M39). No database, no clock.

A mapping is JSON: for each module the fields here and their sources in a record. A source is a
field name, a path into a lookup ("Owner.email") or a list of both whose texts are joined. "values"
maps the CRM's values to ours; "*" matches any other value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.crm.reasons import CrmReason, ReasonError
from accounts.matching import find_domain_problem, normalize_email, read_domain

ACCOUNTS, CONTACTS = "Accounts", "Contacts"
MAX_NAME_CHARS = 120
MAX_FIELDS = 50  # in one request to Zoho

FIELDS = {
    ACCOUNTS: (
        "name",
        "domains",
        "status",
        "plan",
        "account_manager",
        "success_manager",
        "country",
        "home_region",
        "products",
        "product_line",
    ),
    CONTACTS: ("email", "name", "account"),
}
REQUIRED = {ACCOUNTS: ("name",), CONTACTS: ("email",)}
MAPPED = ("status", "plan", "country", "home_region", "products", "product_line")
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


class UnreadableRecordError(ReasonError):
    """The record cannot become an account or a contact. The message says why."""


@dataclass(frozen=True, slots=True)
class CrmAccount:
    """An account in the CRM. Only the fields in `named` are set; managers are email addresses."""

    record_id: str
    name: str
    domains: tuple[str, ...] = ()
    status: str = ""
    plan: str = ""
    account_manager: str = ""
    success_manager: str = ""
    country: str = ""
    home_region: str = ""
    products: tuple[str, ...] = ()
    product_line: str = ""  # with the product, such as "Server ESR"
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CrmContact:
    """A contact in the CRM. account_record: the record ID of their account, or ""."""

    record_id: str
    email: str
    name: str = ""
    account_record: str = ""
    named: frozenset[str] = frozenset()


def check_mapping(mapping: Any) -> list[str]:
    """Return a sentence for each error in a mapping; empty if it is valid."""
    if not isinstance(mapping, dict) or not all(
        isinstance(part, dict) for part in mapping.values()
    ):
        return [_("A mapping is an object with the keys Accounts, Contacts and values.")]
    problems = [
        _("“%(key)s” is not a valid mapping key.") % {"key": part}
        for part in mapping
        if part not in {*FIELDS, "values"}
    ]
    for module in FIELDS:
        problems += _check_module(mapping, module)
    return problems + _check_values(mapping.get("values", {}))


def _check_module(mapping: Mapping[str, Any], module: str) -> list[str]:
    part = mapping.get(module, {})
    problems = [
        _("%(module)s needs the field “%(field)s”.") % {"module": module, "field": field}
        for field in REQUIRED[module]
        if field not in part
    ]
    problems += [
        _("Plumbline has no field “%(field)s” in %(module)s.") % {"module": module, "field": field}
        for field in part
        if field not in FIELDS[module]
    ]
    problems += [
        _("%(module)s: enter the CRM field for “%(field)s”.") % {"module": module, "field": field}
        for field, source in part.items()
        if field in FIELDS[module] and not _is_source(source)
    ]
    if len(fields_to_ask(mapping, module)) > MAX_FIELDS:
        problems.append(
            _("%(module)s uses more than %(limit)s fields of the CRM.")
            % {"module": module, "limit": MAX_FIELDS}
        )
    return problems


def _check_values(values: Mapping[str, Any]) -> list[str]:
    problems = [
        _("Values of “%(field)s” cannot be mapped.") % {"field": field}
        for field in values
        if field not in MAPPED
    ]
    problems += [
        _("The values of “%(field)s” must be pairs of strings.") % {"field": field}
        for field, words in values.items()
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values())
    ]
    return problems


def _is_source(source: Any) -> bool:
    paths = source if isinstance(source, list) else [source]
    return bool(paths) and all(isinstance(path, str) and _FIELD.fullmatch(path) for path in paths)


def fields_to_ask(mapping: Mapping[str, Any], module: str) -> tuple[str, ...]:
    """Return the CRM fields that a module's mapping reads, sorted."""
    sources = [s for s in mapping.get(module, {}).values() if _is_source(s)]
    paths = [
        path for source in sources for path in (source if isinstance(source, list) else [source])
    ]
    return tuple(sorted({path.partition(".")[0] for path in paths}))


def read_account(record: Mapping[str, Any], mapping: Mapping[str, Any]) -> CrmAccount:
    """Return the normal form of an account record. Raises UnreadableRecordError."""
    part = mapping[ACCOUNTS]
    name = _read_name(record, part)
    if not name:
        raise UnreadableRecordError(CrmReason.NO_NAME)

    def word(field: str) -> str:
        return translate(mapping, field, _read_text(record, part[field])) if field in part else ""

    return CrmAccount(
        record_id=_read_record_id(record),
        name=name,
        domains=_read_domains(record, part["domains"]) if "domains" in part else (),
        status=word("status"),
        plan=word("plan"),
        account_manager=normalize_email(_read_text(record, part.get("account_manager", []))),
        success_manager=normalize_email(_read_text(record, part.get("success_manager", []))),
        country=word("country"),
        home_region=word("home_region"),
        products=tuple(
            translate(mapping, "products", p) for p in _read_list(record, part.get("products", []))
        ),
        product_line=word("product_line"),
        named=frozenset(part),
    )


def read_contact(record: Mapping[str, Any], mapping: Mapping[str, Any]) -> CrmContact:
    """Return the normal form of a contact record. Raises UnreadableRecordError."""
    part = mapping[CONTACTS]
    written = _read_text(record, part["email"])
    email = normalize_email(written)
    if not email:
        if not written:
            raise UnreadableRecordError(CrmReason.NO_EMAIL)
        raise UnreadableRecordError(CrmReason.BAD_EMAIL, {"text": written[:100]})
    return CrmContact(
        record_id=_read_record_id(record),
        email=email,
        name=_read_name(record, part) if "name" in part else "",
        account_record=_read_text(record, part.get("account", [])),
        named=frozenset(part),
    )


def describe(record: Mapping[str, Any], mapping: Mapping[str, Any], module: str) -> str:
    """Return a name for a record, which may be invalid."""
    part = mapping.get(module, {})
    return _read_text(record, part.get("name", [])) or _read_text(record, part.get("email", []))


def translate(mapping: Mapping[str, Any], field: str, word: str) -> str:
    """Return our value for a CRM value: the same one if it isn't mapped."""
    words = mapping.get("values", {}).get(field, {})
    return str(words.get(word, words.get("*", word) if word else "")).strip()


def _read_record_id(record: Mapping[str, Any]) -> str:
    record_id = str(record.get("id") or "")
    if not record_id or len(record_id) > 40:
        raise UnreadableRecordError(CrmReason.NO_ID)
    return record_id


def _read_name(record: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    name = _read_text(record, part["name"])
    if len(name) > MAX_NAME_CHARS:
        raise UnreadableRecordError(CrmReason.LONG_NAME, {"limit": MAX_NAME_CHARS})
    return name


def _read_text(record: Mapping[str, Any], source: str | list[str]) -> str:
    texts = [
        _read_path(record, path) for path in (source if isinstance(source, list) else [source])
    ]
    return " ".join(text for text in texts if text)


def _read_path(record: Mapping[str, Any], path: str) -> str:
    field, _dot, below = path.partition(".")
    value = record.get(field)
    if isinstance(value, Mapping):
        value = value.get(below or "name")
    if isinstance(value, list):
        value = " ".join(str(each) for each in value)
    return _clean(value)


def _clean(value: Any) -> str:
    """Return text that can be stored: without control characters and lone surrogates."""
    text = "" if value is None else str(value).encode("utf-8", "replace").decode()
    return " ".join(_CONTROLS.sub(" ", text).split())


def _read_list(record: Mapping[str, Any], source: str | list[str]) -> tuple[str, ...]:
    """Return the texts of a multi-select field, or of one text with commas."""
    values: list[str] = []
    for path in source if isinstance(source, list) else [source]:
        value = record.get(path.partition(".")[0])
        values += value if isinstance(value, list) else _read_path(record, path).split(",")
    return tuple(dict.fromkeys(text for each in values if (text := _clean(each))))


def _read_domains(record: Mapping[str, Any], source: str | list[str]) -> tuple[str, ...]:
    """Return the domains of URLs, email addresses or plain names (M78).

    Raises UnreadableRecordError for one that no account can own.
    """
    found: dict[str, None] = {}
    for written in re.split(r"[\s,;]+", _read_text(record, source)):
        if not written:
            continue
        domain = read_domain(written)
        if problem := find_domain_problem(domain or written):
            raise UnreadableRecordError(*problem)
        found[domain] = None
    return tuple(found)
