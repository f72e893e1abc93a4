"""manage.py mail_setup postfix: a real Postfix with the printed settings delivers and keeps email.

Runs where Postfix is installed, as root: only root can start it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from helpdesk.management.commands.mail_setup import describe_postfix
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.programs import find_program

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can start Postfix.")
SECONDS = 60  # for Postfix to start a process; much less is usual
DEFERRED = 75

# Stands for receive_email: sends its arguments and input to the test, which answers the exit code.
RECORDER = """\
import json, socket, sys
with socket.create_connection(("127.0.0.1", {port})) as test:
    given = {{"arguments": sys.argv[1:], "mail": sys.stdin.buffer.read().decode("latin-1")}}
    test.sendall(json.dumps(given).encode() + b"\\n")
    sys.exit(int(test.recv(10)))
"""
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mx.example
mydestination =
mynetworks = 192.0.2.1
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
smtputf8_enable = no
queue_run_delay = 1s
minimal_backoff_time = 1s
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
"""


class Server:
    """A Postfix with the recipe, and the pipe's other end.

    take: wait for a delivery, give it an exit code, and return its arguments and email.
    """

    def __init__(self, folder: Path, port: int, pipe: socket.socket) -> None:
        self.folder, self.port, self._pipe = folder, port, pipe
        pipe.settimeout(SECONDS)

    def take(self, code: int) -> tuple[list[str], str]:
        connection, _ = self._pipe.accept()
        connection.settimeout(SECONDS)
        with connection, connection.makefile("rb") as lines:
            given = json.loads(lines.readline())
            connection.sendall(str(code).encode())
        return given["arguments"], given["mail"]

    def run(self, *command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def send(self, sender: str, recipients: list[str]) -> dict[str, Any]:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=SECONDS) as smtp:
            return smtp.sendmail(sender, recipients, make_mail())


def find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def read_steps(printed: str) -> list[str]:
    """Return the lines to add in each numbered step, without comments."""
    steps: list[str] = []
    for line in printed.splitlines():
        if line.startswith("# ") and line[2].isdigit():
            steps.append("")
        elif not line.startswith("#"):
            steps[-1] += line + "\n"
    return steps


def write_settings(folder: Path, port: int, pipe_port: int) -> None:
    recorder = folder / "recorder.py"
    recorder.write_text(RECORDER.format(port=pipe_port))
    mailboxes = ["support@rocket.example", "help@rocket.example", "sales+eu@rocket.example"]
    printed = describe_postfix(mailboxes, user="nobody")
    master, transport, recipients, main, *_rest = read_steps(printed)
    command = master[master.index("argv=") : master.index(" receive_email")]
    master = master.replace(command, f"argv={find_python()} {recorder}")
    master = master[: master.index("directory=")] + master[master.index("\n  argv=") :]
    (folder / "master.cf").write_text(MASTER.format(port=port) + master)
    (folder / "plumbline_transport").write_text(transport)
    (folder / "plumbline_recipients").write_text(recipients)
    own = main.replace("/etc/postfix/", f"{folder}/")
    (folder / "main.cf").write_text(MAIN.format(folder=folder) + own)


def find_python() -> str:
    """Return a Python that a user without rights may run."""
    return shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable


@pytest.fixture
def server() -> Iterator[Server]:
    postfix = find_program("postfix")
    folder = Path(
        subprocess.check_output(["mktemp", "-d", "/tmp/postfix-XXXXXX"], text=True).strip()
    )
    folder.chmod(0o755)
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    port = find_port()
    with socket.create_server(("127.0.0.1", 0)) as pipe:
        write_settings(folder, port, pipe.getsockname()[1])
        server = Server(folder, port, pipe)
        server.run(postfix, "-c", str(folder), "start")
        try:
            yield server
        finally:
            server.run(postfix, "-c", str(folder), "abort")
            shutil.rmtree(folder)


@needs_root
def test_a_real_postfix_delivers_and_keeps_email(server: Server) -> None:
    refused = server.send(
        "customer@acme.example",
        [
            "support+a1@rocket.example",
            "help@rocket.example",
            "Sales+EU+a2@rocket.example",
            "sales+us@rocket.example",
            "other@rocket.example",
        ],
    )
    # Of this domain, and no mailbox: no bounce.
    assert list(refused) == ["sales+us@rocket.example", "other@rocket.example"]
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        server.send("customer@acme.example", ["support@elsewhere.example"])  # it is no open relay

    arguments, mail = server.take(DEFERRED)
    assert arguments[:3] == ["receive_email", "-", "--sender=customer@acme.example"]
    assert sorted(arguments[3:]) == [
        "--recipient=Sales+EU+a2@rocket.example",
        "--recipient=help@rocket.example",
        "--recipient=support+a1@rocket.example",
    ]
    assert "\nFrom: customer@acme.example\n" in mail
    assert "\n\nSince this morning nothing works.\n" in mail
    assert server.take(0) == (arguments, mail)  # kept, not bounced

    assert not server.send("", ["support@rocket.example"])
    arguments, _mail = server.take(0)
    assert "--sender=" in arguments


def test_the_settings_name_the_mailboxes_that_receive_email(rocket: Cast, settings: Any) -> None:
    with desk_scope(rocket.desk):
        Mailbox.objects.create(desk=rocket.desk, address="new@unverified.example")
        Mailbox.objects.create(desk=rocket.desk, address="help@acme.example", verified_at=NOON)
    settings.MAX_ATTACHMENT_BYTES = 100 * 2**20
    output = io.StringIO()
    call_command("mail_setup", "postfix", user="desk", stdout=output)

    master, transport, recipients, main, *_rest = read_steps(output.getvalue())
    assert "user=desk null_sender= " in master
    assert f"argv={sys.executable} {settings.BASE_DIR}/manage.py receive_email -" in master
    assert transport.split("\n")[:-2] == [
        r"/^help(\+.+)?@acme\.example$/ plumbline:",
        r"/^support(\+.+)?@rocket\.example$/ plumbline:",
    ]
    assert r"/^support(\+.+)?@rocket\.example$/ OK" in recipients
    assert "relay_domains = acme.example, rocket.example\n" in main
    size = int(main.split("message_size_limit = ")[1].split()[0])
    assert size > 100 * 2**20 * 4 / 3
    assert "unverified" not in output.getvalue()
