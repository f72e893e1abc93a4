"""No email carries a link to a host that the request's headers name (G3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.connectors.form import stamps
from channels_intake.models import Connection, Mailbox, MailKind
from channels_intake.outgoing.sending import send_due
from helpdesk.demo.vendors.serving import serve
from helpdesk.shared.links import build_installation_url
from tests.cast import PASSWORD, Cast
from tests.connectors.omnichannel.test_journey import HI
from tests.connectors.omnichannel.workspace import Workspace, connect, process
from tests.login.conftest import code_for, give_app, sign_in_with_password
from tests.messenger.conftest import connect_messenger
from tests.website_forms.test_forms import fill_in, get_url
from tickets.deliveries import deliver_due

# allauth sends some on commit, and needs the request then.
pytestmark = pytest.mark.django_db(transaction=True)

SITE = "https://help.host.example"
FORGED = "evil.example"
HEADERS = {
    "host": FORGED,
    "x-forwarded-host": FORGED,
    "forwarded": f"host={FORGED}",
    "x-forwarded-server": FORGED,
    "x-original-host": FORGED,
    "origin": f"http://{FORGED}",
    "referer": f"http://{FORGED}/rocket/login/",
}
NEW = "another long passphrase"
TEMPLATES = Path(django_settings.BASE_DIR) / "templates"

# Emails that no request composes, and one that needs a passkey in a browser. None has a link but to
# a page of the desk, from get_desk_url, and those that LATER_WAYS send.
NOT_BY_REQUEST = {
    *(f"emails/{kind}.txt" for kind in MailKind.values),
    "emails/channel_problem.txt",
    "emails/holidays_end.txt",
    "emails/notifications.txt",
    "emails/page.txt",
    "mfa/email/webauthn_added_message.txt",
    "mfa/email/webauthn_removed_message.txt",
    "account/email/password_set_message.txt",  # signed in without a password, allauth's own page
}
PARTS = {"base.txt", "base_message.txt", "base_notification.txt"}


class Forger(Client):
    """A browser whose requests name a forged host in every header that any code reads."""

    def generic(self, method: str, path: str, *args: Any, **options: Any) -> Any:
        options["headers"] = {**(options.get("headers") or {}), **HEADERS}
        return super().generic(method, path, *args, **options)


@pytest.fixture(autouse=True)
def _no_rate_limits() -> Iterator[None]:
    """Requests are counted in the cache, which outlives a test with its own commits."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def forger(rocket: Cast, settings: Any) -> Forger:
    """The worst case: an installation that accepts any Host header."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = SITE
    return Forger()


def post(client: Client, path: str, **form: str) -> None:
    assert client.post(path, form).status_code in {200, 302}, path


def ask_for_password(cast: Cast, forger: Forger) -> None:
    post(forger, "/rocket/login/password/reset/", email=cast.analyst.user.email)


def ask_for_password_outside_of_desks(cast: Cast, forger: Forger) -> None:
    post(forger, "/login/password/reset/", email=cast.analyst.user.email)


def ask_for_password_of_nobody(cast: Cast, forger: Forger) -> None:
    post(forger, "/rocket/login/password/reset/", email="nobody@nowhere.example")


def set_password_by_link(cast: Cast, forger: Forger) -> None:
    ask_for_password(cast, forger)
    link = find_links(mail.outbox[-1])[0].removeprefix(SITE)
    form = forger.get(link)["Location"]
    post(forger, form, password1=NEW, password2=NEW)


def ask_for_code(cast: Cast, forger: Forger) -> None:
    post(forger, "/rocket/login/code/", email=cast.customer.email)


def sign_up(cast: Cast, forger: Forger, email: str = "nova@acme.example") -> None:
    person = {"name": "Nova Person", "email": email, "password1": NEW}
    post(forger, "/rocket/login/sign-up/", **person)


def sign_up_again(cast: Cast, forger: Forger) -> None:
    sign_up(cast, forger, email=cast.customer.email)


def sign_in_before_verifying(cast: Cast, forger: Forger) -> None:
    EmailAddress.objects.filter(user=cast.customer.user).update(verified=False)
    sign_in_with_password(forger, cast.customer.user)


def change_password(cast: Cast, forger: Forger) -> None:
    forger.force_login(cast.analyst.user)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    post(forger, "/rocket/login/password/change/", **form)


def use_two_factor(cast: Cast, forger: Forger) -> None:
    sign_in_with_password(forger, cast.analyst.user)
    app = "/rocket/login/two-factor/app/"
    post(forger, app, code=code_for(forger.get(app).context["form"].secret))
    post(forger, "/rocket/login/two-factor/recovery/new/")
    post(forger, f"{app}remove/")


def reset_two_factor(cast: Cast, forger: Forger) -> None:
    give_app(cast.analyst.user)
    forger.force_login(cast.admin.user)
    post(forger, f"/rocket/admin/accounts/agent/{cast.analyst.pk}/two-factor/")


def invite_agent(cast: Cast, forger: Forger) -> None:
    forger.force_login(cast.admin.user)
    form = {"email": "new@rocket.example", "name": "New", "invited_as": "agent:analyst"}
    post(forger, "/rocket/admin/accounts/invitation/invite/", **form, level="l2")


def verify_mailbox(cast: Cast, forger: Forger) -> None:
    with desk_scope(cast.desk):
        mailbox = Mailbox.objects.create(desk=cast.desk, address="help@acme.example", name="Help")
    forger.force_login(cast.admin.user)
    page = f"/rocket/admin/channels_intake/mailbox/{mailbox.pk}/verification/"
    post(forger, page, send="")


def write_in_messenger(cast: Cast, forger: Forger) -> None:
    messenger = connect_messenger(cast)
    url = f"/rocket/messenger/{messenger.hook_token}/messages/"
    written = {"id": str(uuid4()), "text": "It does not start.", "email": "passer@gmail.com"}
    assert forger.post(url, written).status_code == 202


WAYS: list[Callable[[Cast, Forger], None]] = [
    ask_for_password,
    ask_for_password_outside_of_desks,
    ask_for_password_of_nobody,
    set_password_by_link,
    ask_for_code,
    sign_up,
    sign_up_again,
    sign_in_before_verifying,
    change_password,
    use_two_factor,
    reset_two_factor,
    invite_agent,
    verify_mailbox,
    write_in_messenger,
]


def fill_in_website_form(cast: Cast, forger: Forger) -> None:
    with desk_scope(cast.desk):
        form = Connection.objects.create(desk=cast.desk, kind="form", name="Contact")
    assert forger.post(get_url(form), fill_in(form)).status_code == 303
    with desk_scope(cast.desk):
        deliver_due(desk_id=cast.desk.pk, at=timezone.now())
        send_due(desk_id=cast.desk.pk, at=timezone.now())


def write_offline_message(cast: Cast, forger: Forger) -> None:
    workspace = Workspace()
    with serve(workspace), desk_scope(cast.desk):
        connection = connect(cast, workspace)
        workspace.play("offline", {**HI, "text": "Please write me."})
        assert workspace.flush(**HEADERS) == [200]
        process(connection)


# What a request leaves to the worker: links that prove an address.
LATER_WAYS = [fill_in_website_form, write_offline_message]


def find_links(message: Any) -> list[str]:
    return re.findall(r"https?://[^\s\"'<>)]+", read(message))


def read(message: Any) -> str:
    pages = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return "\n".join([message.subject, str(message.body), *(str(page[0]) for page in pages)])


@pytest.mark.parametrize("way", WAYS)
def test_an_email_has_no_link_to_the_hosts_of_its_request(
    rocket: Cast, forger: Forger, way: Callable[[Cast, Forger], None]
) -> None:
    way(rocket, forger)
    assert mail.outbox
    for message in mail.outbox:
        assert FORGED not in read(message) + str(message.message())
        assert all(link.startswith(f"{SITE}/") for link in find_links(message))


@pytest.mark.parametrize("way", LATER_WAYS)
def test_a_link_that_proves_an_address_is_not_to_the_hosts_of_its_request(
    rocket: Cast,
    forger: Forger,
    way: Callable[[Cast, Forger], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stamps, "MIN_AGE", timedelta(seconds=-1))
    way(rocket, forger)
    [message] = mail.outbox
    assert FORGED not in read(message) + str(message.message())
    links = find_links(message)
    assert any(link.startswith(f"{SITE}/rocket/email-address/") for link in links)
    assert all(link.startswith(f"{SITE}/") for link in links)


def test_the_ways_above_send_every_email_that_a_request_can_send(
    rocket: Cast, forger: Forger
) -> None:
    used: set[str] = set()

    def note(*, template: Template, **_others: object) -> None:
        used.add(str(template.name))

    template_rendered.connect(note)
    try:
        for way in WAYS:
            cache.clear()
            way(rocket, Forger())
            restore_people(rocket)
    finally:
        template_rendered.disconnect(note)
    assert list_email_templates() - used == NOT_BY_REQUEST


def restore_people(cast: Cast) -> None:
    """Let the next way start from the people as they were."""
    EmailAddress.objects.update(verified=True)
    for person in (cast.analyst, cast.customer):
        person.user.set_password(PASSWORD)
        person.user.save(update_fields=["password"])


def list_email_templates() -> set[str]:
    found = [*TEMPLATES.glob("*/email/*_message.txt"), *TEMPLATES.glob("emails/[!_]*.txt")]
    return {str(path.relative_to(TEMPLATES)) for path in found if path.name not in PARTS}


def test_a_link_keeps_its_query_and_loses_its_host_and_prefix(rocket: Cast, settings: Any) -> None:
    settings.SITE_URL = f"{SITE}/help"
    url = f"http://{FORGED}/login/confirm/?key=1"
    assert build_installation_url(None, url) == f"{SITE}/help/login/confirm/?key=1"
    assert build_installation_url(rocket.desk, url) == f"{SITE}/help/rocket/login/confirm/?key=1"
