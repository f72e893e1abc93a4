"""The customer, the agent and Prometheus in deploy/by_hand.sh, each command one act.

They use what people use: the mail server, the pages and the API behind the proxy. The agent stays
signed in between the commands. A command that waits for something gives up after three minutes.
"""

from __future__ import annotations

import argparse
import io
import json
import mailbox
import os
import re
import smtplib
import sys
import tarfile
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import requests

SECONDS = 180.0
FOLDER = Path(os.environ["HOME"]).parent
SITE = os.environ["SITE"]
DESK = f"{SITE}/example"
COOKIES = FOLDER / "data" / "cookies.json"
SUPPORT = "support@desk.example"
AGENT = "ana@staff.example"
# One that is in no list of common passwords.
PASSWORD = "By hand, word by word, 2026"  # noqa: S105 (of an installation that lives for minutes)


def wait_for(find: Callable[[], Any], what: str) -> Any:
    """Return the first true result, or end with what is missing."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if found := find():
            return found
        time.sleep(0.5)
    sys.exit(f"Not within {SECONDS:.0f} seconds: {what}.")


def read_mailbox(address: str) -> list[EmailMessage]:
    """Return the emails that Postfix delivered to an address."""
    folder = FOLDER / "mail" / address
    if not folder.is_dir():
        return []
    box = mailbox.Maildir(folder, create=False)
    return [message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.iterkeys()]


def get_text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body else ""


class Browser(requests.Session):
    """The agent's browser. Certificates are checked against SSL_CERT_FILE."""

    def __init__(self) -> None:
        super().__init__()
        self.verify = os.environ["SSL_CERT_FILE"]
        if COOKIES.exists():
            self.cookies.update(json.loads(COOKIES.read_text()))

    def send(self, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", 30)
        return super().send(*args, **options)

    def post_form(self, url: str, **fields: str) -> requests.Response:
        """Post a page's form, as a browser does after it got the page."""
        self.get(url).raise_for_status()
        fields["csrfmiddlewaretoken"] = self.get_token()
        response = self.post(url, data=fields, headers={"Referer": url})
        response.raise_for_status()
        COOKIES.write_text(json.dumps(self.cookies.get_dict()))
        return response

    def call(self, method: str, path: str, **json_body: Any) -> Any:
        """Call the API and return its response."""
        headers = {"Referer": DESK, "X-CSRFToken": self.get_token()}
        url = f"{DESK}/api/v1/{path}"
        response = self.request(method, url, json=json_body or None, headers=headers)
        if not response.ok:
            sys.exit(f"{method} {path}: {response.status_code} {response.text[:300]}")
        return response.json()

    def get_token(self) -> str:
        return next((value for name, value in self.cookies.items() if "csrf" in name.lower()), "")

    def find(self, subject: str) -> dict[str, Any] | None:
        """Return the ticket with a subject, or None."""
        tickets = [t for t in self.call("GET", "tickets/")["results"] if t["subject"] == subject]
        if len(tickets) > 1:
            sys.exit(f"{len(tickets)} tickets have the subject {subject}.")
        return self.call("GET", f"tickets/{tickets[0]['number']}/") if tickets else None


def accept() -> str:
    """Open the invitation that came by email, and choose a password."""
    mails = wait_for(lambda: read_mailbox(AGENT), f"an invitation for {AGENT}")
    link = re.search(rf"{re.escape(DESK)}/invitation/\S+", get_text(mails[0]))
    if link is None:
        sys.exit(f"The invitation has no link to {DESK}.")
    Browser().post_form(link[0], name="Ana Souza", password=PASSWORD)
    page = Browser().get(f"{DESK}/agent/")
    return f"{page.status_code} {page.url}" if page.ok and "/login/" not in page.url else ""


def write(sender: str, subject: str) -> str:
    """Send an email to the desk through Postfix, with what OpenDMARC would add."""
    mail = EmailMessage()
    domain = sender.partition("@")[2]
    mail["Authentication-Results"] = f"mx.desk.example; dmarc=pass header.from={domain}"
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
    mail["Message-ID"] = f"<{time.time_ns()}@{domain}>"
    mail.set_content(f"{subject}, since this morning.")
    mail.add_attachment(f"What I saw: {subject}.", filename="screen.txt")
    with smtplib.SMTP("127.0.0.1", int(os.environ["MX_PORT"]), timeout=30) as smtp:
        smtp.send_message(mail, sender, [SUPPORT])
    return "taken"


def see_ticket(subject: str) -> str:
    """Wait until the agent sees the ticket that an email became."""
    browser = Browser()
    ticket = wait_for(lambda: browser.find(subject), f"a ticket “{subject}”")
    page = browser.get(f"{DESK}/agent/tickets/{ticket['number']}/")
    return f"{ticket['reference']}" if page.ok and subject in page.text else ""


def reply(subject: str, text: str) -> str:
    browser = Browser()
    ticket = browser.find(subject)
    if ticket is None:
        sys.exit(f"There is no ticket “{subject}”.")
    browser.call("POST", f"tickets/{ticket['number']}/messages/", text=text)
    return f"on {ticket['reference']}"


def get_mail(address: str, text: str) -> str:
    """Wait until an email with this text is in the mailbox. Twice is an error."""

    def count() -> int:
        return sum(text in get_text(mail) for mail in read_mailbox(address))

    wait_for(count, f"an email with “{text}” for {address}")
    return "" if count() > 1 else "once"


def see_bounce(subject: str) -> str:
    """Wait until the agent sees that the reply failed, why, and that the ticket is back."""
    browser = Browser()

    def find() -> str:
        ticket = browser.find(subject) or {}
        deliveries = ticket["messages"][-1]["deliveries"]
        problems = [each["problem"] for each in deliveries if each["state"] == "failed"]
        return problems[0] if problems and ticket["status"] == "investigating" else ""

    return str(wait_for(find, "the failed reply, and the ticket under investigation"))


def read(stop: str) -> str:
    """Read the queue and a ticket over and over until a file exists. Any failure is an error."""
    browser, count, failures = Browser(), 0, []
    number = browser.call("GET", "tickets/")["results"][0]["number"]
    while not Path(stop).exists():
        for path in ("", f"tickets/{number}/"):
            count += 1
            try:
                status = browser.get(f"{DESK}/agent/{path}", allow_redirects=False).status_code
            except requests.RequestException as error:
                failures.append(str(error))
            else:
                failures += [] if status == requests.codes.ok else [str(status)]
        time.sleep(0.1)
    if failures or count < 10:
        sys.exit(f"{len(failures)} of {count} requests failed: {failures[:3]}")
    return f"0 of {count} requests failed"


def get(url: str) -> str:
    response = Browser().get(url)
    return f"{response.status_code}" if response.ok else ""


def scrape(node: str) -> str:
    """Return how many samples Prometheus reads at a node, and that strangers read none.

    A request as the proxy sends it comes first: a node that was just restarted may have had none.
    """
    proxied = {"Host": "localhost", "X-Forwarded-Proto": "https"}
    requests.get(f"{node}/login/", headers=proxied, timeout=30).raise_for_status()
    url = f"{node}/metrics"
    if requests.get(url, timeout=30).status_code not in {401, 403}:
        sys.exit("Metrics are public.")
    token = {"Authorization": f"Bearer {os.environ['METRICS_TOKEN']}"}
    text = requests.get(url, headers=token, timeout=30).text
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    names = ("plumbline_requests_total", "plumbline_due", "plumbline_pool_connections")
    missing = [name for name in names if not any(line.startswith(name) for line in samples)]
    if missing:
        sys.exit(f"There is no {', '.join(missing)} among {len(samples)} samples.")
    return f"{len(samples)} samples"


def compare(*keys: str) -> str:
    """Return how much is the same in two backups, of the first and of the restored installation."""
    first, second = (read_backup(key) for key in keys)
    rows, files = first[0]["tables"], first[1]
    differing = {name for name in rows if rows[name] != second[0]["tables"].get(name)}
    if differing or rows.keys() != second[0]["tables"].keys() or files != second[1]:
        sys.exit(f"Not the same: {sorted(differing) or 'tables or files'}")
    if not files:
        sys.exit("There is no file.")
    count = sum(int(each.split()[0]) for each in rows.values())
    return f"{len(rows)} tables, {count} rows and {len(files)} files are the same"


def read_backup(key: str) -> tuple[dict[str, Any], list[str]]:
    """Return the manifest and the hashes of files of an archive in the bucket of backups."""
    archive = boto3.client("s3").get_object(Bucket="backups", Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        manifest, files = (tar.extractfile(name) for name in ("manifest.json", "files.sha256"))
        if manifest is None or files is None:
            sys.exit(f"{key} is not complete.")
        return json.load(manifest), sorted(files.read().decode().splitlines())


ACTS: dict[str, Callable[..., str]] = {
    act.__name__: act
    for act in (
        accept, write, see_ticket, reply, get_mail, see_bounce, read, get, scrape, compare,
    )
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=ACTS)
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    said = ACTS[given.act](*given.arguments)
    print(said)
    sys.exit(0 if said else 1)


if __name__ == "__main__":
    main()
