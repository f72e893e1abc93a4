"""`manage.py mail_setup postfix`: print how a mail server delivers to this installation (M25)."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from accounts.tenancy import system_scope
from channels_intake.mailboxes import list_usable_mailboxes
from channels_intake.mime.envelope import MEBIBYTE

ENCODED = 1.4  # size of a file in an email (base64 with line ends) relative to the file
TEXTS = 2 * MEBIBYTE  # of an email, beside its files
DEFAULT_USER = "plumbline"

POSTFIX = """\
# 1. Add to /etc/postfix/master.cf. The user is that of the workers: it reads
#    {directory}/.env and writes files to DATA_DIR.
plumbline unix - n n - 4 pipe
  flags=Xhq user={user} null_sender= directory={directory}
  argv={python} {manage} receive_email -
  --sender=${{sender}} --recipient=${{original_recipient}}

# 2. Write to /etc/postfix/plumbline_transport. Other addresses of these domains stay as they are.
{transport}

# 3. Write to /etc/postfix/plumbline_recipients.
{recipients}

# 4. Set in /etc/postfix/main.cf, and keep what is there:
#    add to relay_domains, transport_maps and relay_recipient_maps if they are set already.
#    If the server receives email of a domain already (mydestination, virtual_mailbox_domains),
#    leave it out of relay_domains, and add the addresses to the recipients of that domain.
transport_maps = regexp:/etc/postfix/plumbline_transport
relay_domains = {domains}
relay_recipient_maps = regexp:/etc/postfix/plumbline_recipients
recipient_delimiter = +
message_size_limit = {size}
#    If this server has mailboxes of its own, their limits must not be smaller:
#    see mailbox_size_limit and virtual_mailbox_limit.
plumbline_destination_recipient_limit = 20
soft_bounce = no

# 5. Run: postfix check && postfix reload
#    Repeat 2 to 5 after adding a mailbox.

# 6. Set in {directory}/.env to the name in your Authentication-Results headers:
#    TRUSTED_AUTHSERV_IDS={authserv_ids}
#    If this server sends the emails, too, add: EMAIL_RETURN_PATHS=on
"""


class Command(BaseCommand):
    help = "Print the settings with which your mail server delivers to this installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("server", choices=["postfix"], help="The mail server.")
        parser.add_argument(
            "--user", default="", help="Runs receive_email (default: the owner of manage.py)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with system_scope("list the addresses that receive email"):
            addresses = list(
                list_usable_mailboxes().order_by("address").values_list("address", flat=True)
            )
        user = options["user"] or find_owner(settings.BASE_DIR / "manage.py")
        self.stdout.write(describe_postfix(addresses, user=user))


def describe_postfix(addresses: list[str], *, user: str) -> str:
    """Return what to add to Postfix's files for these mailboxes."""
    directory = settings.BASE_DIR
    own = sorted(settings.TRUSTED_AUTHSERV_IDS)
    return POSTFIX.format(
        directory=directory,
        user=user,
        python=sys.executable,
        manage=directory / "manage.py",
        transport="\n".join(f"{make_pattern(address)} plumbline:" for address in addresses),
        recipients="\n".join(f"{make_pattern(address)} OK" for address in addresses),
        domains=", ".join(sorted({address.rpartition("@")[2] for address in addresses})),
        size=int(settings.MAX_ATTACHMENT_BYTES * ENCODED) + TEXTS,
        authserv_ids=",".join(own) or "mx.example.com",
    )


def make_pattern(address: str) -> str:
    """Return Postfix's pattern of an address with or without a reply token.

    Postfix itself takes off everything from the first plus, but a mailbox may have one of its own.
    """
    local, _, domain = address.rpartition("@")
    local, domain = (re.sub(r"[^A-Za-z0-9_-]", r"\\\g<0>", part) for part in (local, domain))
    return rf"/^{local}(\+.+)?@{domain}$/"


def find_owner(path: Path) -> str:
    """Return who owns a file. Postfix runs no command as root, nor for an owner without a name."""
    try:
        owner = path.owner()
    except KeyError:
        return DEFAULT_USER
    return DEFAULT_USER if owner == "root" else owner
