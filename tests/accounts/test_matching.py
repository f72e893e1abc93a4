"""Matching an address to a contact, to an account by its domain, or to neither (M77, M78)."""

import pytest
from django.utils.functional import Promise

from accounts.match_reasons import SENTENCES, MatchCode, describe_match_reason, make_reason
from accounts.matching import (
    MAX_EMAIL_CHARS,
    ContactFact,
    DomainFact,
    Match,
    canonicalize_address,
    get_account_domain_error,
    is_free_mail,
    is_public_suffix,
    list_candidate_domains,
    match_sender,
    normalize_domain,
    normalize_email,
    read_domain,
)

ACME, UMBRELLA = 7, 9
CONTACTS = {
    "ann@acme.com": ContactFact(1, ACME, "Acme"),
    "bob@gmail.com": ContactFact(2, ACME, "Acme"),
    "eve@umbrella.org": ContactFact(3, None),
    "sue@acme.com": ContactFact(4, None),
}
DOMAINS = {
    "acme.com": DomainFact(ACME, "Acme"),
    "umbrella.co.uk": DomainFact(UMBRELLA, "Umbrella", True),
}

NOT_ACME = [
    "x@evil-acme.com",
    "x@acme.com.evil.net",
    "x@acme.co",
    "x@acmecom",
    "x@support.acme.com",
    "x@аcme.com",  # Cyrillic а
    "x@xn--cme-5cd.com",  # the same, already punycode
    "x@ａcme.com",  # full width
    "x@acme。com",  # ideographic full stop
    '"ceo@acme.com"@evil.net',
    "ceo%acme.com@evil.net",
    "ceo@acme.com@evil.net",
    "@acme.com:x@evil.net",
    "x@[192.0.2.1]",
    "x@evil.net (acme.com)",
    "ceo@acme.com <x@evil.net>",
    "x@acme.com\x00.evil.net",
    "x@acme.com\n.evil.net",
    "=?utf-8?q?x=40acme.com?=@evil.net",
]


def match(
    email: str, authentication: str = "pass", match_unverified: bool = False, **extra: object
):
    """Match against the standing cast, like a caller that looked everything up."""
    return match_sender(
        email,
        authentication,
        contacts=CONTACTS,
        domains=DOMAINS,
        match_unverified=match_unverified,
        **extra,
    )


def sentences(found: Match) -> list[str]:
    """The sentences shown beside the account."""
    return [describe_match_reason(reason) for reason in found.reasons]


def test_a_known_contact_is_attached_to_its_account():
    found = match("Ann@ACME.com")
    assert (found.kind, found.contact_id, found.account_id) == ("contact", 1, ACME)
    assert sentences(found) == ["ann@acme.com is a contact of Acme."]


def test_a_known_contact_with_a_free_mail_address_keeps_its_account():
    assert match("bob@gmail.com").account_id == ACME


def test_a_known_contact_of_no_account_stays_of_no_account():
    found = match("eve@umbrella.org")
    assert (found.kind, found.contact_id, found.account_id) == ("contact", 3, None)


def test_a_known_contact_of_no_account_is_attached_by_its_domain():
    found = match("sue@acme.com")
    assert (found.kind, found.contact_id, found.account_id) == ("domain", 4, ACME)
    assert len(found.reasons) == 2


@pytest.mark.parametrize(
    "email", ["new@acme.com", "NEW@ACME.COM", "new@acme.com.", "new+tag@acme.com", '"new"@acme.com']
)
def test_a_stranger_at_an_owned_domain_belongs_to_its_account(email):
    found = match(email)
    assert (found.kind, found.contact_id, found.account_id) == ("domain", None, ACME)
    assert sentences(found) == ["The domain acme.com belongs to Acme."]


@pytest.mark.parametrize("authentication", ["pass", "none", "fail"])
@pytest.mark.parametrize("email", NOT_ACME)
def test_a_spelling_that_only_looks_like_the_domain_is_attached_to_nothing(email, authentication):
    found = match(email, authentication, match_unverified=True)
    assert found.account_id is None
    assert found.contact_id is None
    assert found.kind in {"unknown", "unverified"}


def test_a_subdomain_counts_only_where_the_account_says_so():
    assert match("x@eu.mail.umbrella.co.uk").account_id == UMBRELLA
    refused = match("x@support.acme.com")
    assert refused.account_id is None
    assert sentences(refused) == [
        "support.acme.com is a subdomain of acme.com, but Acme does not include subdomains."
    ]


def test_a_subdomain_owned_by_another_account_wins_over_its_parent():
    domains = {"big.com": DomainFact(1, "Big", True), "labs.big.com": DomainFact(2, "Labs")}
    found = match_sender(
        "x@labs.big.com", "pass", contacts={}, domains=domains, match_unverified=False
    )
    assert found.account_id == 2
    below = match_sender(
        "x@a.labs.big.com", "pass", contacts={}, domains=domains, match_unverified=False
    )
    assert below.account_id == 1


@pytest.mark.parametrize(
    "email", ["ann@acme.com", "new@acme.com", "eve@umbrella.org", "x@nobody.example"]
)
def test_a_failed_check_matches_nobody(email):
    found = match(email, "fail", match_unverified=True)
    assert (found.kind, found.contact_id, found.account_id) == ("unverified", None, None)
    assert "failed authentication for" in sentences(found)[0]


def test_an_unproven_mail_is_matched_only_where_the_desk_allows_it():
    assert match("ann@acme.com", "none", match_unverified=True).account_id == ACME
    held = match("ann@acme.com", "none")
    assert (held.kind, held.contact_id, held.account_id) == ("unverified", None, None)
    assert sentences(held) == [
        "We couldn't verify that the email came from acme.com, so it isn't matched to an account."
    ]


def test_an_unproven_mail_from_a_stranger_is_simply_unknown():
    assert match("x@nobody.example", "none").kind == "unknown"


@pytest.mark.parametrize("email", ["x@gmail.com", "x@mail.gmail.com", "x@outlook.com", "x@web.de"])
def test_a_free_mail_address_is_attached_to_no_account_even_when_a_row_says_so(email):
    domain = email.partition("@")[2]
    domains = {domain: DomainFact(ACME, "Acme", True), "gmail.com": DomainFact(ACME, "Acme", True)}
    found = match_sender(email, "pass", contacts={}, domains=domains, match_unverified=True)
    assert found.account_id is None
    assert sentences(found) == [
        f"{domain} is a free email domain, so its addresses are not matched to an account."
    ]


def test_a_desk_can_name_more_free_mail_domains():
    assert match("x@acme.com").account_id == ACME
    assert match("x@acme.com", free_domains=frozenset({"acme.com"})).account_id is None


@pytest.mark.parametrize("email", ["x@co.uk", "x@github.io"])
def test_a_public_suffix_is_attached_to_no_account_even_when_a_row_says_so(email):
    domains = {email.partition("@")[2]: DomainFact(ACME, "Acme", True)}
    assert (
        match_sender(email, "pass", contacts={}, domains=domains, match_unverified=True).account_id
        is None
    )


def test_every_reason_is_a_sentence():
    for email in [*CONTACTS, *NOT_ACME, "x@gmail.com", "x@co.uk", "x@eu.umbrella.co.uk"]:
        for authentication in ("pass", "fail", "none"):
            for reason in sentences(match(email, authentication)):
                assert reason.endswith(".")
                assert len(reason) > 30


@pytest.mark.parametrize("code", MatchCode)
def test_every_code_has_a_sentence_that_is_translated_when_it_is_shown(code):
    assert isinstance(SENTENCES[code], Promise)
    values = dict.fromkeys(("address", "account", "domain", "parent", "ticket", "agent"), "x")
    assert "%" not in describe_match_reason(make_reason(code, **values))


def test_a_reason_is_stored_as_a_code_with_what_its_sentence_names():
    reason = make_reason(MatchCode.OWNED_DOMAIN, domain="acme.com", account="100 % Acme")
    assert reason == {"code": "owned_domain", "domain": "acme.com", "account": "100 % Acme"}
    assert describe_match_reason(reason) == "The domain acme.com belongs to 100 % Acme."


def test_an_account_without_a_name_still_makes_a_sentence():
    reason = make_reason(MatchCode.KNOWN_CONTACT, address="a@b.example", account="")
    assert describe_match_reason(reason) == "a@b.example is a contact of an account."


@pytest.mark.parametrize(
    ("email", "domains"),
    [
        ("x@acme.com", ("acme.com",)),
        ("x@a.b.acme.co.uk", ("a.b.acme.co.uk", "b.acme.co.uk", "acme.co.uk")),
        ("x@team.github.io", ("team.github.io",)),
        ("x@gmail.com", ()),
        ("x@co.uk", ()),
        ("nonsense", ()),
        ("", ()),
    ],
)
def test_candidate_domains_go_from_the_exact_one_down_to_the_registrable_one(email, domains):
    assert list_candidate_domains(email) == domains


def test_candidate_domains_are_few_even_for_a_hundred_labels():
    candidates = list_candidate_domains("x@" + "a." * 100 + "acme.com")
    assert len(candidates) <= 11
    assert candidates[-1] == "acme.com"


@pytest.mark.parametrize(
    ("spelling", "domain"),
    [
        ("Acme.COM", "acme.com"),
        (" acme.com. ", "acme.com"),
        ("BÜCHER.de", "xn--bcher-kva.de"),
        ("faß.de", "xn--fa-hia.de"),
        ("\N{KELVIN SIGN}elvin.com", ""),
        ("ACME.com/x", ""),
        ("a..com", ""),
        ("-a.com", ""),
        ("localhost", ""),
        ("10.0.0.1", ""),
        ("[::1]", ""),
        ("a" * 64 + ".com", ""),
        ("a." * 200 + "com", ""),
        ("acme.com\x00", ""),
        ("", ""),
    ],
)
def test_a_domain_has_one_spelling_or_none(spelling, domain):
    assert normalize_domain(spelling) == domain


@pytest.mark.parametrize(
    ("spelling", "email"),
    [
        ("Ann@Acme.com", "ann@acme.com"),
        ("o'neil+x@acme.com", "o'neil+x@acme.com"),
        ("José@acme.com", "josé@acme.com"),
        ("\N{KELVIN SIGN}ate@acme.com", ""),
        ("a\u200bb@acme.com", ""),
        ("taro..yama@docomo.ne.jp", "taro..yama@docomo.ne.jp"),
        ("Hana.-.@docomo.ne.jp", "hana.-.@docomo.ne.jp"),
        ('"hana."@docomo.ne.jp', "hana.@docomo.ne.jp"),
        ("..a@acme.com", ""),
        (".a@acme.com", ""),
        ("a b@acme.com", ""),
        ('"a b"@acme.com', ""),
        ("a" * 250 + "@acme.com", ""),
        ("acme.com", ""),
    ],
)
def test_an_address_has_one_spelling_or_none(spelling, email):
    assert normalize_email(spelling) == email


def address_of(chars: int) -> str:
    domain = "@acme.com"
    return "a" * (chars - len(domain)) + domain


def test_an_address_may_be_exactly_as_long_as_the_limit():
    longest = address_of(254)
    assert MAX_EMAIL_CHARS == 254
    assert normalize_email(longest) == longest
    assert normalize_email(f"  {longest}\n") == longest


def test_an_address_one_character_longer_is_refused():
    assert normalize_email(address_of(255)) == ""


def test_an_address_that_grows_beyond_the_limit_in_ascii_is_refused():
    """Each label of one umlaut takes seven characters in ASCII; the database has room for 254."""
    domain = "ü." * 20 + "de"
    fits = "a" * (254 - 1 - len(normalize_domain(domain)))
    assert normalize_email(f"{fits}@{domain}") == f"{fits}@{normalize_domain(domain)}"
    assert normalize_email(f"{fits}a@{domain}") == ""


def test_a_domain_may_be_exactly_as_long_as_the_limit():
    longest = ".".join(["a" * 63] * 3 + ["a" * 57, "com"])
    assert len(longest) == 253
    assert normalize_domain(longest) == longest
    assert normalize_domain(longest.replace(".com", ".comx")) == ""


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("ann@acme.com", "ann@acme.com"),
        ("ann+news@acme.com", "ann@acme.com"),
        ("an.n@acme.com", "an.n@acme.com"),
        ("a.n.n+x@gmail.com", "ann@gmail.com"),
        ("ann@googlemail.com", "ann@gmail.com"),
        ("+tag@acme.com", "+tag@acme.com"),
    ],
)
def test_an_address_is_counted_by_the_mailbox_that_it_delivers_to(email, mailbox):
    assert canonicalize_address(email) == mailbox


def test_suffixes_and_free_mail_are_told_apart_from_companies():
    assert is_public_suffix("co.uk")
    assert not is_public_suffix("acme.co.uk")
    assert is_free_mail("gmail.com")
    assert not is_free_mail("acme.com")


def test_an_account_may_own_a_company_domain_only():
    assert get_account_domain_error("Acme.com") is None
    assert "free email" in get_account_domain_error("gmail.com")
    assert "public suffix" in get_account_domain_error("co.uk")
    assert "not a domain name" in get_account_domain_error("acme")
    assert "free email" in get_account_domain_error("acme.com", free_domains={"acme.com"})


@pytest.mark.parametrize(
    "reason", [{"code": "of_tomorrow"}, {"code": "known_contact", "address": "a@b.example"}]
)
def test_what_another_version_stored_never_fails_a_page(reason: dict[str, str]) -> None:
    assert describe_match_reason(reason) == reason["code"]


@pytest.mark.parametrize(
    ("pasted", "domain"),
    [
        ("https://www.acme.example/path?q=1#top", "acme.example"),
        ("HTTP://WWW.ACME.EXAMPLE", "acme.example"),
        ("//acme.example/@handle", "acme.example"),
        ("mail@acme.example", "acme.example"),
        ("@acme.example", "acme.example"),
        ("mailto:mail@acme.example?subject=x", "acme.example"),
        ("<mail@acme.example>", "acme.example"),
        ("https://user:secret@acme.example:8443/", "acme.example"),
        ("acme.example:443", "acme.example"),
        (" Acme.Example. ", "acme.example"),
        ("https://www.Büro.example./", "xn--bro-hoa.example"),
        ("support.acme.co.uk/help", "support.acme.co.uk"),
        ("www.gov.uk", "www.gov.uk"),
        ("www.com", "www.com"),
        ("https://", ""),
        ("https://127.0.0.1/", ""),
        ("not a domain", ""),
        ("https:///path", ""),
        ("acme", ""),
    ],
)
def test_a_pasted_url_or_address_is_read_as_its_domain(pasted: str, domain: str) -> None:
    assert read_domain(pasted) == domain
