"""CSV import and export: invalid lines are listed, valid ones imported, repeats change nothing."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.import_export.files import DANGEROUS, UnreadableCsvError, quote_cell, unquote_cell
from accounts.import_export.tables import (
    CsvReport,
    RejectedLine,
    export_csv,
    import_csv,
    preview_csv,
)
from accounts.models import (
    Account,
    AccountDomain,
    AuditEntry,
    Contact,
    Plan,
    Product,
    ProductLine,
    Region,
)
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.effort import spend_at_most
from tickets.exchange.sources.csv_files import read_csv


def run_import(cast: Cast, kind: str, text: str | bytes, *, preview: bool = False) -> CsvReport:
    data = text.encode() if isinstance(text, str) else text
    if preview:
        return preview_csv(desk=cast.desk, kind=kind, data=data, at=NOON)
    return import_csv(desk=cast.desk, kind=kind, data=data, by=cast.admin.user, at=NOON)


def tallies(report: CsvReport) -> tuple[int, int, int, int]:
    return (report.created, report.changed, report.unchanged, len(report.rejected))


def make_lines(good: int, bad_every: int) -> list[str]:
    """Return CSV lines of contacts; one in ``bad_every`` has an invalid address."""
    lines = ["email,name,account,role"]
    for number in range(good):
        is_bad = number % bad_every == bad_every - 1
        email = f"person{number} at nowhere" if is_bad else f"person{number}@many.example"
        lines.append(f"{email},Person {number},Elsewhere Ltd.,contact")
    return lines


def test_ten_thousand_lines_with_thirty_bad_ones(in_rocket: Cast) -> None:
    lines = make_lines(10_000, 333)
    text = "\n".join(lines)
    with spend_at_most(6_000):
        previewed = run_import(in_rocket, "contacts", text, preview=True)
        assert not Contact.objects.filter(email__endswith="@many.example").exists()
        report = run_import(in_rocket, "contacts", text)
    assert tallies(report) == (9_970, 0, 0, 30)
    assert previewed == report
    assert report.rejected[0] == RejectedLine(
        334, "email", "“person332 at nowhere” is not an email address."
    )
    for rejected in report.rejected:
        assert lines[rejected.line - 1].partition(",")[0] in rejected.reason
    assert (
        Contact.objects.filter(
            account=in_rocket.other_account, email__endswith="@many.example"
        ).count()
        == 9_970
    )
    again = run_import(in_rocket, "contacts", text)
    assert tallies(again) == (0, 0, 9_970, 30)
    assert AuditEntry.objects.filter(action="csv_imported").count() == 1


@pytest.mark.parametrize("kind", ["accounts", "domains", "contacts"])
def test_lines_are_not_asked_for_one_by_one(
    kind: str, in_rocket: Cast, django_assert_max_num_queries
) -> None:
    heads = {"accounts": "name,plan", "domains": "domain,account", "contacts": "email,account"}
    body = {
        "accounts": [f"Firm {n},Standard" for n in range(500)],
        "domains": [f"firm{n}.example,Elsewhere Ltd." for n in range(500)],
        "contacts": [f"ann@firm{n}.example,Elsewhere Ltd." for n in range(500)],
    }
    with django_assert_max_num_queries(25):
        report = run_import(in_rocket, kind, "\n".join([heads[kind], *body[kind]]))
    assert tallies(report) == (500, 0, 0, 0)


def test_accounts_are_made_and_changed_by_name(in_rocket: Cast) -> None:
    report = run_import(
        in_rocket,
        "accounts",
        "Name;Status;Plan;Account Manager\r\n"
        f"Elsewhere Ltd.;Active trial;;{in_rocket.lead.user.email}\r\n"
        "New Ltd.;;Standard;\r\n",
    )
    assert tallies(report) == (1, 1, 0, 0)
    changed = Account.objects.get(name="Elsewhere Ltd.")
    assert (changed.status, changed.plan, changed.account_manager) == (
        "trial",
        None,
        in_rocket.lead,
    )
    made = Account.objects.get(name="New Ltd.")
    assert (made.status, made.plan, made.account_manager) == ("customer", in_rocket.plan, None)


def test_the_home_region_the_country_and_the_named_engineer_of_an_account(in_rocket: Cast) -> None:
    emea = Region.objects.create(desk=in_rocket.desk, name="EMEA")
    head = "name,home region,country,named engineer"
    text = f"{head}\nElsewhere Ltd.,EMEA,brazil,{in_rocket.lead.user.email}\nNew Ltd.,,de,"
    assert tallies(run_import(in_rocket, "accounts", text)) == (1, 1, 0, 0)
    changed = Account.objects.get(name="Elsewhere Ltd.")
    assert (changed.home_region, changed.country, changed.named_engineer) == (
        emea,
        "BR",
        in_rocket.lead,
    )
    assert Account.objects.get(name="New Ltd.").country == "DE"
    exported = export_csv(desk=in_rocket.desk, kind="accounts")
    assert f"{in_rocket.lead.user.email},EMEA,BR" in exported
    assert tallies(run_import(in_rocket, "accounts", text)) == (0, 0, 2, 0)
    wrong = f"{head}\nElsewhere Ltd.,Mars,,\nNew Ltd.,,Atlantis,"
    report = run_import(in_rocket, "accounts", wrong)
    assert [(line.column, line.reason) for line in report.rejected] == [
        ("home_region", "There is no region named “Mars”."),
        ("country", "“Atlantis” is not a country. Enter its name or code, such as BR."),
    ]


def test_a_product_line_is_named_with_its_product(in_rocket: Cast) -> None:
    server = Product.objects.create(desk=in_rocket.desk, name="Server")
    esr = ProductLine.objects.create(desk=in_rocket.desk, product=server, name="ESR")
    text = "name,product_line\nElsewhere Ltd.,Server ESR"
    assert tallies(run_import(in_rocket, "accounts", text)) == (0, 1, 0, 0)
    assert Account.objects.get(name="Elsewhere Ltd.").product_line == esr
    assert "Server ESR" in export_csv(desk=in_rocket.desk, kind="accounts")
    report = run_import(in_rocket, "accounts", "name,product_line\nElsewhere Ltd.,ESR")
    [line] = report.rejected
    assert line.reason == "There is no product line named “ESR”."


def test_a_region_of_another_desk_does_not_exist(in_rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        Region.objects.create(desk=matter.desk, name="APAC")
    report = run_import(in_rocket, "accounts", "name,home_region\nElsewhere Ltd.,APAC")
    assert tallies(report) == (0, 0, 0, 1)


def test_columns_that_are_not_there_stay_as_they_are(in_rocket: Cast) -> None:
    run_import(in_rocket, "accounts", "name,status\nElsewhere Ltd.,community")
    account = Account.objects.get(name="Elsewhere Ltd.")
    assert (account.status, account.plan) == ("community", in_rocket.plan)


def test_new_terms_are_audited_and_told_but_not_by_a_preview(in_rocket: Cast, settings) -> None:
    CALLS.clear()
    settings.ACCOUNT_FOLLOWERS = {"test": "tests.accounts.test_csv.hear"}
    text = "name,status,plan\nElsewhere Ltd.,trial,Standard\nFresh,trial,Standard"
    run_import(in_rocket, "accounts", text)
    assert [[in_rocket.other_account.pk]] == CALLS
    entry = AuditEntry.objects.get(action="terms_changed")
    assert (entry.target, entry.actor) == ("Elsewhere Ltd.", in_rocket.admin.user.email)
    run_import(in_rocket, "accounts", text)
    assert len(CALLS) == 1


def test_each_right_and_each_domain_that_a_file_gives_is_an_entry_of_its_own(
    in_rocket: Cast,
) -> None:
    people = (
        "email,account,role\ncoworker@acme.example,acme.example Inc.,manager\n"
        "new@x.example,Elsewhere Ltd.,manager"
    )
    domains = "domain,account\nnewcorp.example,acme.example Inc.\nother.example,Elsewhere Ltd."
    for kind, text in (("contacts", people), ("domains", domains)):
        run_import(in_rocket, kind, text, preview=True)
        run_import(in_rocket, kind, text)
        run_import(in_rocket, kind, text)
    entries = AuditEntry.objects.exclude(action="csv_imported").order_by("pk")
    assert [(e.action, e.target, e.detail.get("role") or e.detail["account"]) for e in entries] == [
        ("role_changed", "coworker@acme.example", "manager"),
        ("role_changed", "new@x.example", "manager"),
        ("domain_assigned", "newcorp.example", "acme.example Inc."),
        ("domain_assigned", "other.example", "Elsewhere Ltd."),
    ]
    assert {e.actor for e in entries} == {in_rocket.admin.user.email}


CALLS: list[list[int]] = []


def hear(*, desk_id: int, account_ids: list[int], at: object) -> None:
    CALLS.append(account_ids)


def reasons(report: CsvReport) -> dict[int, tuple[str, str]]:
    return {rejected.line: (rejected.column, rejected.reason) for rejected in report.rejected}


def test_invalid_accounts_are_rejected_with_their_column(in_rocket: Cast) -> None:
    Plan.objects.create(desk=in_rocket.desk, name="Old", is_retired=True)
    report = run_import(
        in_rocket,
        "accounts",
        "name,status,plan,success_manager\n"
        ",customer,Standard,\n"
        "A,nonsense,Standard,\n"
        "B,customer,Gold,\n"
        "C,customer,Old,\n"
        f"D,customer,Standard,{in_rocket.lead.user.email}\n"
        f"{'E' * 121},customer,Standard,\n"
        "F,customer,Standard,\n"
        "F,trial,Standard,\n"
        "G,customer\n",
    )
    assert report.created == 1
    why = reasons(report)
    assert why[2] == ("name", "This cell must not be empty.")
    assert why[3][0] == "status"
    assert why[4] == ("plan", "There is no plan named “Gold”.")
    assert why[5] == ("plan", "Old is a legacy plan. Choose another one.")
    assert why[6] == ("success_manager", "This plan doesn't include a Customer Success Manager.")
    assert why[7][0] == "name"
    assert why[9] == ("name", "“F” is already on an earlier line.")
    assert why[10] == ("", "The line has 2 cells instead of 4.")
    assert len(why) == 8


def test_invalid_domains_are_rejected_with_their_column(in_rocket: Cast) -> None:
    report = run_import(
        in_rocket,
        "domains",
        "domain,account,include_subdomains\n"
        "ELSEWHERE.example.,Elsewhere Ltd.,yes\n"
        "acme.example,Elsewhere Ltd.,no\n"
        "gmail.com,Elsewhere Ltd.,no\n"
        "co.uk,Elsewhere Ltd.,no\n"
        "not a domain,Elsewhere Ltd.,no\n"
        "x.example,Nobody,no\n"
        "y.example,,no\n"
        "z.example,Elsewhere Ltd.,perhaps\n"
        "elsewhere.EXAMPLE,Elsewhere Ltd.,no\n",
    )
    row = AccountDomain.objects.get(account=in_rocket.other_account)
    assert (row.domain, row.include_subdomains) == ("elsewhere.example", True)
    why = reasons(report)
    assert why[3] == (
        "domain",
        f"acme.example already belongs to {in_rocket.account.name}. Remove it there first.",
    )
    assert "free email" in why[4][1]
    assert "public suffix" in why[5][1]
    assert "not a domain name" in why[6][1]
    assert why[7] == ("account", "There is no account named “Nobody”.")
    assert why[8] == ("account", "Enter the account of this domain.")
    assert why[9] == ("include_subdomains", "Enter yes or no instead of “perhaps”.")
    assert why[10] == ("domain", "“elsewhere.example” is already on an earlier line.")


def test_points_of_contact_beyond_the_plans_limit_are_rejected(in_rocket: Cast) -> None:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(points_of_contact=3)
    report = run_import(
        in_rocket,
        "contacts",
        "email,account,role\n"
        + "".join(
            f"p{n}@elsewhere.example,Elsewhere Ltd.,Point of contact (can open tickets)\n"
            for n in range(4)
        ),
    )
    # One is named already: two more, and two too many.
    assert tallies(report) == (2, 0, 0, 2)
    assert reasons(report)[5] == (
        "role",
        "Standard includes 3 points of contact. This one would make 4.",
    )


def test_a_move_to_another_account_resets_the_role(in_rocket: Cast) -> None:
    run_import(in_rocket, "contacts", f"email,account\n{in_rocket.manager.email},Elsewhere Ltd.")
    in_rocket.manager.refresh_from_db()
    assert (in_rocket.manager.account, in_rocket.manager.role) == (
        in_rocket.other_account,
        "contact",
    )
    no_account = run_import(in_rocket, "contacts", "email,account,role\nnobody@x.example,,manager")
    assert no_account.rejected[0].column == "role"


@pytest.mark.parametrize("kind", ["accounts", "domains", "contacts"])
def test_an_export_can_be_imported_unchanged(kind: str, in_rocket: Cast) -> None:
    Account.objects.create(desk=in_rocket.desk, name="=1+1", account_manager=in_rocket.lead)
    Contact.objects.create(desk=in_rocket.desk, email="+plus@x.example", name='@Ann, “the” "first"')
    text = export_csv(desk=in_rocket.desk, kind=kind)
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    for row in rows:
        assert not [cell for cell in row if cell.startswith(DANGEROUS)]
    report = run_import(in_rocket, kind, text)
    assert tallies(report) == (0, 0, len(rows) - 1, 0)


@pytest.mark.parametrize("first", DANGEROUS)
def test_a_formula_cell_is_quoted_and_read_back(first: str) -> None:
    assert quote_cell(first + "cmd|' /C calc'!A0").startswith("'" + first)
    assert unquote_cell(quote_cell(first + "x")) == first + "x"
    assert unquote_cell("'tis") == quote_cell("'tis") == "'tis"


@pytest.mark.parametrize("first", "＝＋－＠﹦﹢﹣﹫")
def test_a_full_width_or_small_form_is_quoted_too(first: str) -> None:
    assert quote_cell(first + "1+1") == "'" + first + "1+1"
    assert unquote_cell(quote_cell(first + "x")) == first + "x"


def test_text_in_chinese_or_japanese_stays_as_it_is() -> None:
    for text in ("株式会社サンプル", "（株）例", "ー長音", "〒100-0001", "１＝２"):
        assert unquote_cell(text) == quote_cell(text) == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"mail\nx@y.example", "Unknown column “mail”"),
        (b"name\nAnn", "“email” is missing"),
        (b"email,email\na,b", "twice"),
        (b'email\n"' + b"x" * 200_000 + b'"', "Line 2"),
    ],
)
def test_an_unreadable_file_says_why(data: bytes, why: str, in_rocket: Cast) -> None:
    with pytest.raises(UnreadableCsvError, match=why):
        run_import(in_rocket, "contacts", data)


def test_the_limit_of_a_cell_stays_after_an_import_of_another_help_desk(in_rocket: Cast) -> None:
    """That import raises the limit of Python's reader, which the whole process shares."""
    before = csv.field_size_limit()
    list(read_csv(io.BytesIO(b"id,name\n1,Ann\n")))
    try:
        with pytest.raises(UnreadableCsvError, match="Line 2 has a cell of over 131072 char"):
            run_import(in_rocket, "contacts", b'email\n"' + b"x" * 200_000 + b'"')
    finally:
        csv.field_size_limit(before)


def test_line_numbers_are_those_of_an_editor(in_rocket: Cast) -> None:
    report = run_import(
        in_rocket, "contacts", '\ufeffemail,name\r\n"a@x.example","Ann\r\nLee"\r\n\r\nwrong,B\r\n'
    )
    assert Contact.objects.get(email="a@x.example").name == "Ann Lee"
    assert [rejected.line for rejected in report.rejected] == [5]


def test_columns_and_rows_that_excel_left_empty_are_passed_over(in_rocket: Cast) -> None:
    name = in_rocket.other_account.name
    text = (
        f"email;name;account;;\r\nnew@x.example;N;{name};;\r\n;;;;\r\n \u00a0;;;;\r\nwrong;B;;;\r\n"
    )
    report = run_import(in_rocket, "contacts", text)
    assert tallies(report) == (1, 0, 0, 1)
    assert Contact.objects.get(email="new@x.example").account == in_rocket.other_account
    assert [rejected.line for rejected in report.rejected] == [5]


@pytest.mark.parametrize("row", ["new@x.example,N,extra", "new@x.example,N,,extra"])
def test_a_cell_beyond_the_named_columns_rejects_its_line(row: str, in_rocket: Cast) -> None:
    report = run_import(in_rocket, "contacts", f"email,name,,\n{row}\n")
    assert tallies(report) == (0, 0, 0, 1)
    assert "instead of 2" in report.rejected[0].reason


def test_an_empty_column_between_others_is_unknown(in_rocket: Cast) -> None:
    with pytest.raises(UnreadableCsvError, match="Unknown column “”"):
        run_import(in_rocket, "contacts", "email,,name\na@x.example,,A\n")


def test_blanks_of_all_kinds_around_a_cell_are_removed(in_rocket: Cast) -> None:
    name = in_rocket.other_account.name
    text = f"email\u00a0,name,account\n\u00a0new@x.example ,\u2003N\u3000, {name}\u00a0\n"
    assert tallies(run_import(in_rocket, "contacts", text)) == (1, 0, 0, 0)
    contact = Contact.objects.get(email="new@x.example")
    assert (contact.name, contact.account) == ("N", in_rocket.other_account)


def test_rows_of_another_desk_are_neither_seen_nor_changed(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        report = run_import(rocket, "contacts", f"email,name\n{matter.customer.email},Changed")
        assert report.created == 1
        assert matter.customer.email in export_csv(desk=rocket.desk, kind="contacts")
    with desk_scope(matter.desk):
        matter.customer.refresh_from_db()
        assert matter.customer.name != "Changed"
        assert rocket.customer.email not in export_csv(desk=matter.desk, kind="contacts")
        assert run_import(
            matter, "contacts", f"email,account\nx@y.example,{rocket.account.name}"
        ).rejected
