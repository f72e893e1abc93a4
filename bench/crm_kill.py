"""Kill a CRM pull again and again, and compare it with an undisturbed one.

`python -m bench.crm_kill [ACCOUNTS]`. Both desks must end in the same state with the same counts,
the killed one in a single pull, and another pull must change nothing.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time

import bench.ready  # noqa: F401 (starts the servers and sets Django up)

# isort: split
from django.utils import timezone

from accounts.crm.pull import pull, reset_connection
from accounts.models import Account, AccountDomain, Contact, CrmConnection, CrmPull, Desk, Plan
from accounts.tenancy import desk_scope
from tests.accounts.zoho_fake import CLIENT, ZohoFake, serve_zoho

SEED = 7
MAPPING = {
    "Accounts": {
        "name": "Account_Name",
        "domains": "Website",
        "status": "Account_Type",
        "plan": "Support_Plan",
    },
    "Contacts": {
        "email": "Email",
        "name": ["First_Name", "Last_Name"],
        "account": "Account_Name.id",
    },
}
CHILD = """
import sys, django
django.setup()
from django.utils import timezone
from accounts.crm.pull import pull
from accounts.models import CrmConnection
from accounts.tenancy import desk_scope
with desk_scope(int(sys.argv[1])):
    pull(connection=CrmConnection.objects.get(), at=timezone.now(), seconds=600)
"""


def run(amount: int) -> bool:
    """Pull both ways and compare. Return True if everything holds."""
    with serve_zoho() as zoho:
        zoho.most_tokens = 1000
        fill(zoho, amount)
        began = time.monotonic()
        whole_desk = make_desk("whole", zoho)
        with desk_scope(whole_desk):
            whole = pull(connection=CrmConnection.objects.get(), at=timezone.now(), seconds=600)
        print(f"undisturbed: {describe(whole)} in {time.monotonic() - began:.1f} s")
        killed_desk = make_desk("killed", zoho)
        kills = pull_and_kill(killed_desk, zoho)
        with desk_scope(killed_desk):
            killed = CrmPull.objects.get()
            print(f"killed {kills} times: {describe(killed)}")
            connection = CrmConnection.objects.get()
            reset_connection(connection, timezone.now())
            again = pull(connection=connection, at=timezone.now(), seconds=600)
            print(f"another pull: {describe(again)}")
        same = snapshot(whole_desk) == snapshot(killed_desk)
    print(f"same result: {same}")
    return (
        same
        and kills > 0
        and describe(whole) == describe(killed)
        and (again.created, again.changed) == (0, 0)
    )


def fill(zoho: ZohoFake, amount: int) -> None:
    """Put accounts into the fake CRM, each with a domain and a person."""
    for number in range(1, amount + 1):
        firm = {
            "Account_Name": f"Firm {number:05}",
            "Website": f"https://www.firm{number:05}.example",
        }
        zoho.put("Accounts", number, Account_Type="customer", Support_Plan="Standard", **firm)
        person = {
            "First_Name": "Ann",
            "Last_Name": f"Nr. {number}",
            "Account_Name": {"id": str(number)},
        }
        zoho.put("Contacts", 10**6 + number, Email=f"ann@firm{number:05}.example", **person)


def make_desk(slug: str, zoho: ZohoFake) -> Desk:
    """Create a desk with one plan and a connection to the fake CRM."""
    desk = Desk.objects.create(slug=slug, name=slug.title(), ticket_prefix=slug[0].upper())
    with desk_scope(desk):
        Plan.objects.create(desk=desk, name="Standard")
        connection = CrmConnection(
            desk=desk,
            accounts_url=zoho.url,
            api_url=zoho.url,
            client_id=CLIENT["client_id"],
            mapping=MAPPING,
        )
        connection.enter_secrets(
            client_secret=CLIENT["client_secret"], refresh_token=CLIENT["refresh_token"]
        )
        connection.save()
    return desk


def pull_and_kill(desk: Desk, zoho: ZohoFake) -> int:
    """Pull in processes that are killed at random moments until one finishes. Return the kills."""
    chance, kills = random.Random(SEED), 0
    while True:
        goal = len(zoho.asked) + chance.randint(3, 12)
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(desk.pk)])
        while child.poll() is None and len(zoho.asked) < goal:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.2)
        if child.poll() is not None:
            return kills
        child.kill()
        child.wait()
        kills += 1


def snapshot(desk: Desk) -> list[tuple]:
    """Return everything that a pull writes about the desk's customers."""
    with desk_scope(desk):
        accounts = Account.objects.order_by("name").values_list("name", "status", "plan__name")
        domains = AccountDomain.objects.order_by("domain").values_list("domain", "account__name")
        contacts = Contact.objects.order_by("email").values_list("email", "name", "account__name")
        return [*accounts, *domains, *contacts]


def describe(run: CrmPull) -> str:
    """Return the pull's state and counts."""
    return (
        f"{run.state}, {run.created} created, {run.changed} changed, {run.unchanged} unchanged, "
        f"{run.set_aside} set aside"
    )


if __name__ == "__main__":
    raise SystemExit(0 if run(int(sys.argv[1]) if len(sys.argv) > 1 else 5000) else 1)
