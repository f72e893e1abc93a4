"""`make demo` waits as long as something moves, and tells what it waits for."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMessage

from helpdesk.host_name import find_host_name, use_own_host_name
from helpdesk.supervisor.patience import STILL_SECONDS, Patience


def test_a_slow_start_is_waited_for_and_a_stuck_one_is_given_up() -> None:
    told: list[str] = []
    now, used = [0.0], [10.0]
    patience = Patience(told.append, measure=lambda: used[0], clock=lambda: now[0])
    for _ in range(40):  # twenty minutes on a busy machine
        now[0] += 30
        used[0] += 1.5
        assert not patience.is_over("filling two desks")
    assert told[0] == "  ... filling two desks (30 s)"
    assert len(told) == 40
    now[0] += STILL_SECONDS - 1
    used[0] += 0.5  # what an idle database uses
    assert not patience.is_over("filling two desks")
    now[0] += 2
    assert patience.is_over("filling two desks")


def test_mail_carries_the_host_of_the_site() -> None:
    names = {
        "https://help.example.com:8443": "help.example.com",
        "https://hilfe.müller.example": "hilfe.xn--mller-kva.example",
        "http://127.0.0.1:8000": "[127.0.0.1]",
        "http://[::1]:8000": "[IPv6:::1]",
    }
    assert {url: find_host_name(url) for url in names} == names
    try:
        use_own_host_name("https://help.example.com:8443")
        message = EmailMessage("s", "b", "a@example.com", ["b@example.com"]).message()
        assert message["Message-ID"].endswith("@help.example.com>")
        assert DNS_NAME.get_fqdn() == "help.example.com"  # what Django's backend greets with
    finally:
        use_own_host_name(settings.SITE_URL)
