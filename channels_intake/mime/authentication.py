"""Authentication of the From domain, from what a trusted receiver wrote (RFC 8601), nothing else.

One rule for all sources, `decide_authentication`: DMARC's own verdict first. Without one, a DKIM or
SPF pass counts if its domain is aligned with the From domain (the same registrable domain, RFC 7489
relaxed alignment).
"""

import re
from collections.abc import Collection, Iterable, Sequence

from accounts.matching import get_registrable_domain, normalize_domain
from channels_intake.mime.addresses import get_header_values, parse_sender
from channels_intake.mime.auth_values import (
    WORD,
    Result,
    Token,
    read_address_domain,
    read_received_spf,
    read_result,
    read_server,
    split_tokens,
)
from channels_intake.mime.envelope import Authentication

Headers = Sequence[tuple[str, str]]
Checked = tuple[str, str]  # a domain and the result for it, as "pass", "fail", "none" ...

MAX_RESULTS_CHARS = 20_000
MAX_SIGNATURE_CHARS = 20_000
MAX_SPF_CHARS = 2_000

_SENDGRID_DKIM = re.compile(r"\s*@([^\s:,{}\"@]{1,253})\s*:\s*([a-z]{1,20})\s*", re.IGNORECASE)
_DKIM_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=([^;]*)")


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


def verdict_from_headers(
    headers: Headers, trusted_authserv_ids: frozenset[str], *, most: int = 1
) -> Authentication:
    """Read the topmost Authentication-Results of a trusted server (RFC 8601).

    Without a trusted id, nothing is believed: anyone can add the header to an email. Only the
    topmost ones of a trusted id count, because a receiver writes above what the email contained.
    most: how many of them it writes, as OpenDKIM and OpenDMARC write one each. They follow one
    another, and a server that writes several removes those that an email brings along. Its
    Received-SPF counts if they state no SPF result.
    """
    trusted = {name.lower() for name in trusted_authserv_ids}
    results: list[Result] = []
    found, read = "", 0
    for name, value in headers:
        server, pieces = _read_server(name, value)
        if found and (server != found or read == most):
            break
        if server in trusted:
            found, read = server, read + 1
            results.extend(filter(None, map(read_result, pieces)))
    return _read_results(results, get_from_domain(headers), _read_own_spf(headers, trusted))


def _read_server(name: str, value: str) -> tuple[str, list[list[Token]]]:
    """Return the server of Authentication-Results and the results; "" for another header."""
    if name.lower() != "authentication-results":
        return "", []
    server, *pieces = split_tokens(value[:MAX_RESULTS_CHARS])
    return read_server(server), pieces


def _read_own_spf(headers: Headers, trusted: Collection[str]) -> Checked:
    """Read the Received-SPF that the trusted server wrote itself, with its name as the receiver.

    Servers write it above their own Received line (RFC 7208, 9.1) and remove none that an email
    brings along, so any below the topmost Received may be the sender's.
    """
    for name, value in headers:
        if name.lower() == "received":
            break
        if name.lower() == "received-spf":
            found = read_received_spf(value[:MAX_SPF_CHARS])
            receiver = [text.lower() for _, text in found.properties.get("receiver", [])]
            if len(receiver) == 1 and receiver[0] in trusted:
                return _get_spf(found)
    return "", ""


def _read_results(results: Iterable[Result], from_domain: str, own_spf: Checked) -> Authentication:
    """Decide from the results of a server. own_spf: of its Received-SPF.

    Of DMARC and of SPF the first counts, even an unreadable one, which says nothing. Several DKIM
    results are normal: one for each signature.
    """
    dmarc, spf = None, None
    dkim: list[Checked] = []
    for found in results:
        if found.method == "dmarc" and dmarc is None:
            dmarc = _read_dmarc(found, from_domain)
        elif found.method == "dkim" and found.is_readable:
            name = "header.d" if "header.d" in found.properties else "header.i"
            dkim.append((found.get_domain(name), found.result))
        elif found.method == "spf" and spf is None:
            spf = (found.get_domain("smtp.mailfrom"), found.result)
    return decide_authentication(from_domain, dmarc=dmarc or "", dkim=dkim, spf=spf or own_spf)


def _read_dmarc(found: Result, from_domain: str) -> str:
    """Return DMARC's result. One on another From means that the header was parsed in two ways."""
    is_same = (
        "header.from" not in found.properties or found.get_domain("header.from") == from_domain
    )
    return found.result if is_same or found.result == "fail" else "none"


def verdict_from_postmark(headers: Headers) -> Authentication:
    """Read the headers that Postmark's SpamAssassin adds on top: X-Spam-Tests and Received-SPF.

    Only the topmost of each counts. Trust it only for email from Postmark's webhook.
    """
    from_domain = get_from_domain(headers)
    tests = set(
        re.split(r"[\s,]+", (get_header_values(headers, "x-spam-tests") or [""])[0].upper())
    )
    spf = _read_received_spf(headers)
    if not spf[1] and not get_header_values(headers, "received-spf"):
        spf = ("", "pass" if "SPF_PASS" in tests else "fail" if "SPF_FAIL" in tests else "")
    dkim = [(from_domain, "pass")] if "DKIM_VALID_AU" in tests else []
    if "DKIM_VALID" in tests:
        dkim.append(("", "pass"))
    return decide_authentication(from_domain, dkim=dkim, spf=spf)


def _read_received_spf(headers: Headers) -> Checked:
    """Read the topmost Received-SPF."""
    values = get_header_values(headers, "received-spf")
    return _get_spf(read_received_spf(values[0][:MAX_SPF_CHARS])) if values else ("", "")


def _get_spf(found: Result) -> Checked:
    """Return what a Received-SPF says of MAIL FROM. The sender chooses HELO and MAIL FROM in it."""
    if not found.is_readable:
        return "", ""
    identity = found.properties.get("identity", [(WORD, "mailfrom")])
    is_mail_from = [text.lower() for _, text in identity] == ["mailfrom"]
    return found.get_domain("envelope-from") if is_mail_from else "", found.result


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
        from_domain, dkim=checked, spf=(read_address_domain(envelope_sender), spf.strip().lower())
    )


def _dkim_domain(signature: str) -> str:
    """Return the d= of a signature, or "" if a tag is given twice or isn't one (RFC 6376, 3.2)."""
    tags: dict[str, str] = {}
    for piece in signature[:MAX_SIGNATURE_CHARS].rstrip("; \t\r\n").split(";"):
        found = _DKIM_TAG.fullmatch(piece)
        if found is None or found[1].lower() in tags:
            return ""
        tags[found[1].lower()] = found[2].strip()
    return normalize_domain(tags.get("d", ""))


def verdict_from_sendgrid(
    headers: Headers, *, spf: str, dkim: str, envelope_sender: str = ""
) -> Authentication:
    """Read SendGrid's form fields `SPF` ("pass") and `dkim` ("{@example.com : pass}")."""
    return decide_authentication(
        get_from_domain(headers),
        dkim=_read_sendgrid_dkim(dkim[:MAX_RESULTS_CHARS].strip()),
        spf=(read_address_domain(envelope_sender), spf.strip().lower()),
    )


def _read_sendgrid_dkim(text: str) -> list[Checked]:
    """Read the domains and their results. If anything else is in between, nothing is believed."""
    if not (text.startswith("{") and text.endswith("}")):
        return []
    found = [_SENDGRID_DKIM.fullmatch(piece) for piece in text[1:-1].split(",")]
    return [(one[1], one[2].lower()) for one in found if one] if all(found) else []


def verdict_from_mailjet(headers: Headers) -> Authentication:
    """Return NONE: Mailjet's webhook reports no SPF or DKIM result of its own."""
    return Authentication.NONE
