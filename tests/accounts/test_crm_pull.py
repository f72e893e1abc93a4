"""A pull of the desk's CRM: whole, killed and resumed, told to wait, contradicted (M38, M39)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.crm import pull as pulling
from accounts.crm.accounts import apply_accounts
from accounts.crm.pull import pull, reset_connection
from accounts.models import (
    Account,
    AccountDomain,
    AccountProduct,
    AuditEntry,
    Contact,
    CrmConnection,
    CrmPull,
    CrmSetAside,
    Plan,
    Product,
    ProductLine,
    Region,
)
from accounts.tenancy import desk_scope
from tests.accounts.conftest import connect
from tests.accounts.zoho_fake import ZohoFake
from tests.cast import NOON, Cast

MANY = 600
LATER = NOON + timedelta(hours=1)


def fill(zoho: ZohoFake, count: int = MANY) -> None:
    """Put this many accounts with a domain each, and as many people, into the CRM."""
    for number in range(1, count + 1):
        zoho.put(
            "Accounts",
            number,
            Account_Name=f"Firm {number:04}",
            Website=f"https://www.firm{number:04}.example",
            Account_Type="Customer" if number % 2 else "Trial",
            Support_Plan="Standard",
            Owner={"name": "Lead", "id": "1", "email": "lead@nowhere.example"},
        )
        zoho.put(
            "Contacts",
            10_000 + number,
            Email=f"ann@firm{number:04}.example",
            First_Name="Ann",
            Last_Name=f"of {number}",
            Account_Name={"name": "…", "id": str(number)},
        )


def snapshot() -> list[tuple]:
    """All that a pull writes of the customers of the entered desk."""
    accounts = Account.objects.order_by("name").values_list(
        "name", "status", "plan__name", "crm_links__record_id"
    )
    domains = AccountDomain.objects.order_by("domain").values_list("domain", "account__name")
    contacts = Contact.objects.order_by("email").values_list(
        "email", "name", "account__name", "role"
    )
    return [*accounts, *domains, *contacts]


def counts(run: CrmPull) -> tuple[int, int, int, int]:
    return (run.created, run.changed, run.unchanged, run.set_aside)


def test_a_pull_brings_accounts_and_people_and_again_changes_nothing(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    fill(zoho)
    run = pull(connection=crm, at=NOON)
    assert (run.state, counts(run)) == ("done", (2 * MANY, 0, 0, 0))
    firm = Account.objects.get(name="Firm 0007")
    assert (firm.status, firm.plan.name) == ("customer", "Standard")
    assert firm.domains.get().domain == "firm0007.example"
    assert firm.contacts.get().name == "Ann of 7"
    before = snapshot()
    reset_connection(crm, LATER)
    again = pull(connection=crm, at=LATER)
    assert (again.state, counts(again)) == ("done", (0, 0, 2 * MANY, 0))
    assert snapshot() == before


@pytest.mark.parametrize("page", range(1, 7))
def test_a_pull_killed_in_any_page_goes_on_to_the_same_end(
    page: int, rocket: Cast, matter: Cast, zoho: ZohoFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(zoho)
    with desk_scope(matter.desk):
        whole = pull(connection=connect(matter, zoho), at=NOON)
        wanted = [row for row in snapshot() if "firm" in str(row).lower()]
    with desk_scope(rocket.desk):
        crm = connect(rocket, zoho)
        calls = iter(range(1, 100))
        write = pulling.record_outcomes

        def die(*args: object) -> None:
            write(*args)
            if next(calls) == page:
                raise KeyboardInterrupt

        monkeypatch.setattr(pulling, "record_outcomes", die)
        with pytest.raises(KeyboardInterrupt):
            pull(connection=crm, at=NOON)
        monkeypatch.setattr(pulling, "record_outcomes", write)
        asked = len(zoho.asked)
        run = pull(connection=CrmConnection.objects.get(pk=crm.pk), at=LATER)
        assert (run.state, counts(run), run.pages) == ("done", counts(whole), whole.pages)
        assert [row for row in snapshot() if "firm" in str(row).lower()] == wanted
        fetched = [ask for ask in zoho.asked[asked:] if ask.startswith("GET")]
        # Three pages of each, of which the killed one is fetched again; no single records.
        assert len(fetched) == 6 - {1: 0, 2: 1, 3: 2, 4: 3, 5: 3, 6: 4}[page]


def test_a_pull_that_has_no_more_time_says_so_and_goes_on(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    fill(zoho, 3)
    assert pull(connection=crm, at=NOON, seconds=0).state == "running"
    run = pull(connection=crm, at=NOON)
    assert (run.state, counts(run)) == ("done", (6, 0, 0, 0))
    assert CrmPull.objects.count() == 1


def test_a_page_that_another_worker_committed_is_not_written_twice(
    crm: CrmConnection, zoho: ZohoFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(zoho, 3)
    fetch = pulling.ZohoSource.fetch_page
    overtake = iter([True])

    def overtaken(self: object, *args: object) -> object:
        page = fetch(self, *args)
        if next(overtake, False):
            pull(connection=CrmConnection.objects.get(pk=crm.pk), at=NOON)
        return page

    monkeypatch.setattr(pulling.ZohoSource, "fetch_page", overtaken)
    run = pull(connection=crm, at=NOON)
    assert (run.state, counts(run)) == ("done", (6, 0, 0, 0))
    assert CrmPull.objects.count() == 1


def test_only_what_changed_since_is_asked_for(crm: CrmConnection, zoho: ZohoFake) -> None:
    fill(zoho, 50)
    pull(connection=crm, at=NOON)
    edited = LATER - timedelta(minutes=10)
    zoho.put("Accounts", 7, at=edited, Account_Name="Firm Seven", Account_Type="Trial")
    run = pull(connection=crm, at=LATER)
    assert counts(run) == (0, 1, 0, 0)
    assert run.report == [
        {
            "module": "Accounts",
            "record": "7",
            "name": "Firm Seven",
            "what": "changed",
            "fields": "name, status",
        }
    ]
    assert Account.objects.get(name="Firm Seven").domains.get().domain == "firm0007.example"
    nothing = pull(connection=crm, at=LATER + timedelta(hours=1))
    assert (nothing.state, counts(nothing)) == ("done", (0, 0, 0, 0))


def test_a_change_of_terms_is_audited_and_told(
    crm: CrmConnection, zoho: ZohoFake, settings
) -> None:
    fill(zoho, 2)
    pull(connection=crm, at=NOON)
    TOLD.clear()
    settings.ACCOUNT_FOLLOWERS = {"test": "tests.accounts.test_crm_pull.hear"}
    zoho.put("Accounts", 1, at=LATER, Support_Plan=None)
    zoho.put("Accounts", 2, at=LATER, Account_Name="Only the name")
    pull(connection=crm, at=LATER)
    firm = Account.objects.get(name="Firm 0001")
    assert [[firm.pk]] == TOLD
    entry = AuditEntry.objects.get(action="terms_changed")
    assert (entry.actor, entry.target, entry.detail["fields"]) == ("Zoho CRM", "Firm 0001", "plan")


TOLD: list[list[int]] = []


def hear(*, desk_id: int, account_ids: list[int], at: object) -> None:
    TOLD.append(account_ids)


def test_contradictions_are_set_aside_with_their_reason_and_the_rest_go_on(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    fill(zoho, 5)
    zoho.put(
        "Accounts", 11, Account_Name="Thief", Website="firm0001.example", Account_Type="Customer"
    )
    zoho.put("Accounts", 12, Account_Name="Taker", Website="acme.example", Account_Type="Customer")
    zoho.put("Accounts", 13, Account_Name="Firm 0002", Account_Type="Customer")
    zoho.put("Accounts", 14, Account_Name="Mailers", Website="gmail.com", Account_Type="Customer")
    zoho.put("Accounts", 15, Account_Name="Golden", Support_Plan="Gold", Account_Type="Customer")
    zoho.put("Accounts", 16, Account_Name="Odd", Account_Type="Competitor")
    zoho.put("Contacts", 10_021, Email="ann@firm0001.example", Account_Name={"id": "2"})
    zoho.put("Contacts", 10_022, Email=rocket.customer.email, Account_Name={"id": "3"})
    zoho.put("Contacts", 10_023, Email="lost@firm0001.example", Account_Name={"id": "11"})
    zoho.put("Contacts", 10_024, Email="no address")
    run = pull(connection=crm, at=NOON)
    assert (run.state, run.created, run.set_aside) == ("done", 10, 10)
    reasons = {row.record_id: row.explanation for row in CrmSetAside.objects.all()}
    twice = {record: reasons.pop(record) for record in ("13", "10021")}
    assert "The account Firm 0002 is linked to another record" in twice["13"]
    assert "ann@firm0001.example is also in another record" in twice["10021"]
    assert reasons == {
        "11": "The domain firm0001.example already belongs to Firm 0001.",
        "12": f"The domain acme.example already belongs to {rocket.account.name}.",
        "14": "gmail.com is a free email domain: anyone can get an address there.",
        "15": "There is no plan “Gold” here.",
        "16": "There is no account status “Competitor” here.",
        "10022": f"{rocket.customer.email} is already a contact of {rocket.account.name}.",
        "10023": "Their account (record 11) does not exist here.",
        "10024": "“no address” is not an email address.",
    }
    rocket.customer.refresh_from_db()
    assert rocket.customer.account_id == rocket.account.pk


def test_what_was_set_aside_is_taken_once_its_reason_is_gone(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    zoho.put("Accounts", 15, Account_Name="Golden", Support_Plan="Gold", Account_Type="Customer")
    zoho.put("Contacts", 10_015, Email="ann@golden.example", Account_Name={"id": "15"})
    pull(connection=crm, at=NOON)
    assert CrmSetAside.objects.count() == 2
    Plan.objects.create(desk=rocket.desk, name="Gold")
    run = pull(connection=crm, at=LATER)
    assert counts(run) == (2, 0, 0, 0)
    assert not CrmSetAside.objects.exists()
    assert Contact.objects.get(email="ann@golden.example").account.name == "Golden"


def test_products_come_with_the_account_and_only_the_crms_own_go_again(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    crm.mapping = {
        **crm.mapping,
        "Accounts": {"name": "Account_Name", "products": "Products_Owned"},
    }
    crm.save()
    server, mobile, cloud = (
        Product.objects.create(desk=rocket.desk, name=name)
        for name in ("Server", "Mobile", "Cloud")
    )
    zoho.put("Accounts", 1, Account_Name="Firm", Products_Owned=["Server", "Mobile"])
    zoho.put("Accounts", 2, Account_Name="Other", Products_Owned=["Mainframe"])
    pull(connection=crm, at=NOON)
    firm = Account.objects.get(name="Firm")
    assert set(firm.products.all()) == {server, mobile}
    assert crm.set_asides.get().explanation == "There is no product “Mainframe” here."
    AccountProduct.objects.create(desk=rocket.desk, account=firm, product=cloud)
    zoho.put("Accounts", 1, at=LATER, Products_Owned=["Server"])
    run = pull(connection=crm, at=LATER)
    assert set(firm.products.all()) == {server, cloud}
    assert run.report[0]["fields"] == "products"


def test_the_country_and_the_home_region_come_from_the_crm(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    places = {"country": "Billing_Country", "home_region": "Territory"}
    crm.mapping = {**crm.mapping, "Accounts": {**crm.mapping["Accounts"], **places}}
    crm.save()
    emea = Region.objects.create(desk=rocket.desk, name="EMEA")
    base = {"Account_Type": "Customer"}
    zoho.put("Accounts", 1, Account_Name="A", Billing_Country="Brazil", Territory="EMEA", **base)
    zoho.put("Accounts", 2, Account_Name="B", Billing_Country="Atlantis", **base)
    zoho.put("Accounts", 3, Account_Name="C", Territory="Mars", **base)
    pull(connection=crm, at=NOON)
    firm = Account.objects.get(name="A")
    assert (firm.country, firm.home_region) == ("BR", emea)
    assert {row.explanation for row in crm.set_asides.all()} == {
        "There is no country “Atlantis”.",
        "There is no region “Mars” here.",
    }
    # The CRM no longer says where it is. The region that was chosen here stays.
    zoho.put("Accounts", 1, at=LATER, Billing_Country="", Territory="")
    pull(connection=crm, at=LATER)
    firm.refresh_from_db()
    assert (firm.country, firm.home_region) == ("", emea)


def test_the_product_line_comes_from_the_crm(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    crm.mapping = {
        **crm.mapping,
        "Accounts": {**crm.mapping["Accounts"], "product_line": "Release_Line"},
    }
    crm.save()
    server = Product.objects.create(desk=rocket.desk, name="Server")
    esr = ProductLine.objects.create(desk=rocket.desk, product=server, name="ESR")
    base = {"Account_Type": "Customer"}
    zoho.put("Accounts", 1, Account_Name="A", Release_Line="Server ESR", **base)
    zoho.put("Accounts", 2, Account_Name="B", Release_Line="Server LTS", **base)
    pull(connection=crm, at=NOON)
    assert Account.objects.get(name="A").product_line == esr
    [aside] = crm.set_asides.all()
    assert aside.explanation == "There is no product line “Server LTS” here."


def test_fields_that_the_mapping_does_not_name_stay_as_they_were_edited(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    fill(zoho, 1)
    pull(connection=crm, at=NOON)
    firm = Account.objects.get(name="Firm 0001")
    AccountDomain.objects.create(desk=rocket.desk, account=firm, domain="by-hand.example")
    Account.objects.filter(pk=firm.pk).update(
        success_manager=rocket.lead, account_manager=rocket.admin
    )
    Contact.objects.filter(account=firm).update(role="manager")
    zoho.put("Accounts", 1, at=LATER, Website="new.example", Account_Type="Trial")
    run = pull(connection=crm, at=LATER)
    assert counts(run) == (0, 1, 0, 0)
    firm.refresh_from_db()
    # The CRM's owner is nobody here, so the manager that an admin chose stays too.
    assert (firm.success_manager, firm.account_manager, firm.status) == (
        rocket.lead,
        rocket.admin,
        "trial",
    )
    assert {row.domain for row in firm.domains.all()} == {"by-hand.example", "new.example"}
    assert firm.contacts.get().role == "manager"


def test_a_known_account_and_person_are_taken_over_and_no_right_moves_along(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    zoho.put(
        "Accounts",
        1,
        Account_Name=rocket.account.name,
        Website="acme.example",
        Account_Type="Customer",
    )
    zoho.put("Accounts", 2, Account_Name=rocket.other_account.name, Account_Type="Customer")
    zoho.put("Contacts", 11, Email=rocket.manager.email, Account_Name={"id": "1"})
    pull(connection=crm, at=NOON)
    rocket.manager.refresh_from_db()
    assert (rocket.manager.account_id, rocket.manager.role) == (rocket.account.pk, "manager")
    zoho.put("Contacts", 11, at=LATER, Account_Name={"id": "2"})
    pull(connection=crm, at=LATER)
    rocket.manager.refresh_from_db()
    assert (rocket.manager.account_id, rocket.manager.role) == (rocket.other_account.pk, "contact")


def test_the_address_of_a_login_is_not_changed_by_the_crm(
    crm: CrmConnection, zoho: ZohoFake, rocket: Cast
) -> None:
    zoho.put("Accounts", 1, Account_Name=rocket.account.name, Account_Type="Customer")
    zoho.put("Contacts", 11, Email=rocket.customer.email, Account_Name={"id": "1"})
    pull(connection=crm, at=NOON)
    zoho.put("Contacts", 11, at=LATER, Email="attacker@evil.example")
    pull(connection=crm, at=LATER)
    assert "signs in here" in CrmSetAside.objects.get().explanation
    assert not Contact.objects.filter(email="attacker@evil.example").exists()


def test_names_that_change_places_settle_within_one_pull(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    fill(zoho, 2)
    pull(connection=crm, at=NOON)
    zoho.put("Accounts", 1, at=LATER, Account_Name="Firm 0002", Website="firm0002.example")
    zoho.put("Accounts", 2, at=LATER, Account_Name="Firm 0003", Website="firm0003.example")
    pull(connection=crm, at=LATER)
    assert not CrmSetAside.objects.exists()
    by_record = {
        a.crm_links.get().record_id: a for a in Account.objects.filter(name__startswith="Firm")
    }
    assert by_record["1"].name == "Firm 0002"
    assert by_record["1"].domains.get().domain == "firm0002.example"
    assert by_record["2"].name == "Firm 0003"


def test_another_desk_sees_and_loses_nothing(rocket: Cast, matter: Cast, zoho: ZohoFake) -> None:
    with desk_scope(matter.desk):
        before = snapshot()
    with desk_scope(rocket.desk):
        fill(zoho, 3)
        zoho.put(
            "Accounts", 4, Account_Name="Theirs", Website="globex.example", Account_Type="Customer"
        )
        zoho.put("Contacts", 10_004, Email=matter.customer.email, Account_Name={"id": "4"})
        run = pull(connection=connect(rocket, zoho), at=NOON)
        assert counts(run) == (8, 0, 0, 0)
    with desk_scope(matter.desk):
        assert snapshot() == before
        assert not CrmPull.objects.exists()


def test_a_page_of_records_takes_a_few_queries(
    crm: CrmConnection, zoho: ZohoFake, django_assert_max_num_queries
) -> None:
    fill(zoho, 150)
    accounts = [pulling.read_account(r, crm.mapping) for r in zoho.records["Accounts"].values()]
    with django_assert_max_num_queries(20):
        apply_accounts(crm, accounts)
