"""Authentication of the From domain, from what a trusted receiver wrote (RFC 8601), nothing else.

One rule for all sources, `decide_authentication`: DMARC's own verdict first. Without one, a DKIM or
SPF pass counts if its domain is aligned with the From domain (the same registrable domain, RFC 7489
relaxed alignment).
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from accounts.matching import get_registrable_domain, normalize_domain, normalize_email
from channels_intake.mime.addresses import get_header_values, parse_sender
from channels_intake.mime.envelope import Authentication

Headers = Sequence[tuple[str, str]]
Checked = tuple[str, str]  # a domain and the result for it, as "pass", "fail", "none" ...

MAX_RESULTS_CHARS = 20_000

_METHOD = re.compile(
    r"\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(r'\b([a-z]+\.[a-z0-9_-]+)\s*=\s*("[^"]*"|[^\s;"]+)', re.IGNORECASE)
_SENDGRID_DKIM = re.compile(r"@([^\s:,{}]{1,253})\s*:\s*([a-z]{1,20})", re.IGNORECASE)
_DKIM_DOMAIN = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]{1,253})")
_ENVELOPE_FROM = re.compile(r"envelope-from=\"?<?([^\s;<>\"]{1,254})", re.IGNORECASE)


def are_aligned(first: str, second: str) -> bool:
    """Return True if both have the same registrable domain, so one may speak for the other."""
    owner = get_registrable_domain(normalize_domain(first))
    return bool(owner) and owner == get_registrable_domain(normalize_domain(second))


def decide_authentication(
    from_domain: str,
    *,
    dmarc: str = "",
    dkim: Iterable[Checked] = (),
    spf: Checked = ("", ""),
) -> Authentication:
    """Return the verdict for the From domain from results that are themselves trusted.

    PASS by DMARC, or without its verdict by an aligned DKIM or SPF pass. FAIL by DMARC, or by a
    failed SPF with no DKIM pass at all. Otherwise NONE. A soft fail of SPF says nothing.
    """
    signatures = list(dkim)
    if not from_domain or dmarc in {"pass", "fail"}:
        return Authentication(dmarc) if from_domain else Authentication.NONE
    aligned_key = any(
        result == "pass" and are_aligned(domain, from_domain) for domain, result in signatures
    )
    if aligned_key or (spf[1] == "pass" and are_aligned(spf[0], from_domain)):
        return Authentication.PASS
    any_key = any(result == "pass" for _, result in signatures)
    return Authentication.FAIL if spf[1] == "fail" and not any_key else Authentication.NONE


def get_from_domain(headers: Headers) -> str:
    """Return the domain of the From address, or "" if there is not plainly one."""
    return parse_sender(headers)[0].email.rpartition("@")[2]


def _domain_of(address: str) -> str:
    """Return the domain of an address or of a bare domain, or "" for neither."""
    text = address.strip().strip('"<>')
    return (
        normalize_email(text).rpartition("@")[2]
        if "@" in text.strip("@")
        else normalize_domain(text.strip("@"))
    )


def verdict_from_headers(headers: Headers, trusted_authserv_ids: frozenset[str]) -> Authentication:
    """Read the topmost Authentication-Results of a trusted server (RFC 8601).

    Without a trusted id, nothing is believed: anyone can add the header to an email. Only the
    topmost one of a trusted id counts, because a receiver writes above what the email contained.
    """
    trusted = {name.lower() for name in trusted_authserv_ids}
    for value in get_header_values(headers, "authentication-results"):
        server, *results = _split_pieces(value[:MAX_RESULTS_CHARS])
        words = server.lower().split()
        if words and words[0].strip('"') in trusted:
            return _read_results(results, get_from_domain(headers))
    return Authentication.NONE


def _split_pieces(value: str) -> list[str]:
    """Split at semicolons, without comments. Quoted strings neither split nor hold `name=value`.

    The sender chooses what is in quotes: `smtp.mailfrom="; dmarc=pass"@evil.example`.
    """
    pieces, depth, is_quoted, is_escaped = [""], 0, False, False
    for char in value:
        if is_escaped:
            is_escaped = False
        elif char == "\\" and (is_quoted or depth):
            is_escaped = True
        elif depth or (char == "(" and not is_quoted):
            depth += (char == "(") - (char == ")")
        elif char == ";" and not is_quoted:
            pieces.append("")
        else:
            is_quoted ^= char == '"'
            pieces[-1] += "_" if is_quoted and char in ";=" else char
    return pieces


def _read_results(results: Sequence[str], from_domain: str) -> Authentication:
    dmarc, spf = "", ("", "")
    dkim: list[Checked] = []
    for method, result, properties in _parse_results(results):
        if method == "dmarc" and not dmarc:
            # A verdict on another From means that the header was parsed in two ways.
            same = properties.get("header.from", from_domain) == from_domain
            dmarc = result if same or result == "fail" else "none"
        elif method == "dkim":
            dkim.append(
                (_domain_of(properties.get("header.d") or properties.get("header.i", "")), result)
            )
        elif method == "spf" and not spf[1]:
            spf = (_domain_of(properties.get("smtp.mailfrom", "")), result)
    return decide_authentication(from_domain, dmarc=dmarc, dkim=dkim, spf=spf)


def _parse_results(results: Sequence[str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield method, result and properties of each piece that is a result."""
    for piece in results:
        found = _METHOD.match(piece)
        if found:
            properties = {
                name.lower(): text.strip('"') for name, text in _PROPERTY.findall(found[3])
            }
            if "header.from" in properties:
                properties["header.from"] = _domain_of(properties["header.from"])
            yield found[1].lower(), found[2].lower(), properties


def verdict_from_postmark(headers: Headers) -> Authentication:
    """Read the headers that Postmark's SpamAssassin adds on top: X-Spam-Tests and Received-SPF.

    Only the topmost of each counts. Trust it only for email from Postmark's webhook.
    """
    from_domain = get_from_domain(headers)
    tests = set(
        re.split(r"[\s,]+", (get_header_values(headers, "x-spam-tests") or [""])[0].upper())
    )
    received_spf = (get_header_values(headers, "received-spf") or [""])[0]
    mail_froms = _ENVELOPE_FROM.findall(received_spf[:2_000])
    # The sender chooses HELO and MAIL FROM, so two addresses count as none.
    mail_from = _domain_of(mail_froms[0]) if len(mail_froms) == 1 else ""
    word = received_spf.strip().split(" ")[0].lower()
    result = word or ("pass" if "SPF_PASS" in tests else "fail" if "SPF_FAIL" in tests else "")
    dkim = [(from_domain, "pass")] if "DKIM_VALID_AU" in tests else []
    if "DKIM_VALID" in tests:
        dkim.append(("", "pass"))
    return decide_authentication(from_domain, dkim=dkim, spf=(mail_from, result))


def verdict_from_mailgun(
    headers: Headers, *, spf: str, dkim: str, envelope_sender: str = ""
) -> Authentication:
    """Read Mailgun's X-Mailgun-Spf and X-Mailgun-Dkim-Check-Result ("Pass", "Fail", "Neutral" ...).

    Mailgun does not say which signature passed, so a DKIM pass is aligned only if every signature
    is.
    """
    from_domain = get_from_domain(headers)
    signed = [_dkim_domain(value) for value in get_header_values(headers, "dkim-signature")]
    all_aligned = bool(signed) and all(are_aligned(domain, from_domain) for domain in signed)
    checked = [(from_domain if all_aligned else "", dkim.strip().lower())]
    return decide_authentication(
        from_domain, dkim=checked, spf=(_domain_of(envelope_sender), spf.strip().lower())
    )


def _dkim_domain(signature: str) -> str:
    found = _DKIM_DOMAIN.search(signature[:4_000])
    return normalize_domain(found[1]) if found else ""


def verdict_from_sendgrid(
    headers: Headers, *, spf: str, dkim: str, envelope_sender: str = ""
) -> Authentication:
    """Read SendGrid's form fields `SPF` ("pass") and `dkim` ("{@example.com : pass}")."""
    checked = [
        (domain, result.lower())
        for domain, result in _SENDGRID_DKIM.findall(dkim[:MAX_RESULTS_CHARS])
    ]
    return decide_authentication(
        get_from_domain(headers),
        dkim=checked,
        spf=(_domain_of(envelope_sender), spf.strip().lower()),
    )


def verdict_from_mailjet(headers: Headers) -> Authentication:
    """Return NONE: Mailjet's webhook reports no SPF or DKIM result of its own."""
    return Authentication.NONE
