"""Normal form of CRM records, and errors in a mapping."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.crm.mapping import (
    DEFAULT_MAPPING,
    CrmAccount,
    CrmContact,
    UnreadableRecordError,
    check_mapping,
    fields_to_ask,
    read_account,
    read_contact,
)
from tests.accounts.conftest import MAPPING

ACME = {
    "id": "71",
    "Account_Name": "  Acme\x00 Corp. ",
    "Website": "https://www.Acme.example/shop?x=1, acme-labs.example",
    "Account_Type": "Customer",
    "Support_Plan": None,
    "Owner": {"name": "Ann", "id": "3", "email": "Ann@Desk.example"},
}


def test_a_record_becomes_an_account() -> None:
    assert read_account(ACME, MAPPING) == CrmAccount(
        record_id="71",
        name="Acme Corp.",
        domains=("acme.example", "acme-labs.example"),
        status="customer",
        plan="",
        account_manager="ann@desk.example",
        named=frozenset(MAPPING["Accounts"]),
    )


def test_a_record_becomes_a_contact() -> None:
    record = {"id": "9", "Email": "Ann@ACME.example", "First_Name": "Ann", "Last_Name": "Lee"}
    account = {"Account_Name": {"name": "Acme", "id": "71"}}
    assert read_contact(record | account, MAPPING) == CrmContact(
        record_id="9",
        email="ann@acme.example",
        name="Ann Lee",
        account_record="71",
        named=frozenset({"email", "name", "account"}),
    )


@pytest.mark.parametrize(
    ("website", "domains"),
    [
        (None, ()),
        ("acme.example", ("acme.example",)),
        ("http://acme.example:8080/#top", ("acme.example",)),
        ("//www.acme.example", ("acme.example",)),
        ("sales@acme.example; ACME.example.", ("acme.example",)),
        ("www.bücher.example", ("xn--bcher-kva.example",)),
    ],
)
def test_a_web_address_becomes_a_domain(website: str | None, domains: tuple[str, ...]) -> None:
    assert read_account({**ACME, "Website": website}, MAPPING).domains == domains


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Account_Name": " "}, "has no name"),
        ({"Account_Name": "x" * 121}, "longer than 120"),
        ({"Website": "https://gmail.com"}, "free email"),
        ({"Website": "co.uk"}, "public suffix"),
        ({"Website": "not a domain"}, "not a domain name"),
        ({"id": None}, "no ID"),
    ],
)
def test_a_record_that_cannot_be_read_says_why(change: dict[str, Any], why: str) -> None:
    with pytest.raises(UnreadableRecordError, match=why):
        read_account({**ACME, **change}, MAPPING)


@pytest.mark.parametrize("email", [None, "", "nobody", "a@b", "a b@acme.example"])
def test_a_contact_without_an_address_cannot_be_read(email: str | None) -> None:
    with pytest.raises(UnreadableRecordError, match="address"):
        read_contact({"id": "9", "Email": email}, MAPPING)


def test_half_a_surrogate_pair_can_be_stored() -> None:
    name = read_account({**ACME, "Account_Name": "Acme \ud83d"}, MAPPING).name
    assert name.encode() == b"Acme ?"


def test_country_and_home_region_are_mapped_with_values() -> None:
    mapping = {
        **MAPPING,
        "Accounts": {
            **MAPPING["Accounts"],
            "country": "Billing_Country",
            "home_region": "Territory",
        },
        "values": {**MAPPING["values"], "home_region": {"Europe": "EMEA"}},
    }
    assert check_mapping(mapping) == []
    places = {"Billing_Country": "Brazil", "Territory": "Europe"}
    found = read_account({**ACME, **places}, mapping)
    assert (found.country, found.home_region) == ("Brazil", "EMEA")


def test_a_word_without_a_meaning_stays_and_a_star_stands_for_the_rest() -> None:
    assert read_account({**ACME, "Account_Type": "Partner"}, MAPPING).status == "Partner"
    assert read_account({**ACME, "Account_Type": "Partner"}, DEFAULT_MAPPING).status == "community"


def test_only_the_fields_that_are_read_are_asked_for() -> None:
    assert fields_to_ask(MAPPING, "Accounts") == (
        "Account_Name", "Account_Type", "Owner", "Support_Plan", "Website",
    )  # fmt: skip
    assert fields_to_ask(MAPPING, "Contacts") == (
        "Account_Name",
        "Email",
        "First_Name",
        "Last_Name",
    )


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        ([], "A mapping is an object"),
        ({"Accounts": 1}, "A mapping is an object"),
        ({"Contacts": {"email": "Email"}}, "Accounts needs the field “name”."),
        ({**MAPPING, "Leads": {}}, "“Leads” is not a valid mapping key"),
        (
            {**MAPPING, "Contacts": {"email": "Email", "role": "Title"}},
            "Plumbline has no field “role” in Contacts.",
        ),
        ({**MAPPING, "Contacts": {"email": ""}}, "Contacts: enter the CRM field for “email”"),
        (
            {**MAPPING, "Contacts": {"email": "Email&ids=1"}},
            "Contacts: enter the CRM field for “email”",
        ),
        ({**MAPPING, "values": {"name": {}}}, "Values of “name” cannot be mapped."),
        (
            {**MAPPING, "values": {"plan": {"Gold": 1}}},
            "The values of “plan” must be pairs of strings.",
        ),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_in_words(mapping: Any, problem: str) -> None:
    assert any(sentence.startswith(problem) for sentence in check_mapping(mapping))


def test_good_mappings_have_no_problems() -> None:
    assert check_mapping(MAPPING) == check_mapping(DEFAULT_MAPPING) == []
