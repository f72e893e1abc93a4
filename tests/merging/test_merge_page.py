"""The page that merges a contact: first what would move, then the confirmation. And the API."""

from __future__ import annotations

import lxml.html
import pytest
from django.test import Client

from accounts.models import Contact
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.merging.conftest import HOME, WHY
from tickets.models import Ticket


@pytest.fixture
def lead(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.lead.user)


def read(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def test_it_shows_what_would_move_and_merges_once_that_was_confirmed(
    in_rocket: Cast, home: Contact, lead: Client
) -> None:
    in_rocket.open_ticket(contact=home)
    kept, page = in_rocket.customer, f"/rocket/agent/customers/{home.pk}/"
    assert f"{page}merge/" in read(lead.get(page))
    given = {"contact": kept.email, "reason": WHY}
    preview = lead.post(f"{page}merge/", given)
    shown = read(preview)
    assert preview.status_code == 200
    assert f"1 ticket moves to {kept}." in shown
    assert f"1 open ticket joins the account {in_rocket.account}." in shown
    assert f"email from {HOME} counts as email from {kept}. Nobody can sign in with" in shown
    assert "can&#x27;t be undone" in shown or "can't be undone" in shown
    assert Ticket.objects.get().contact == home
    # The button posts what the preview holds.
    [held] = [
        dict(form.form_values())
        for form in lxml.html.fromstring(preview.content).forms
        if form.action == f"{page}merge/"
    ]
    held.pop("csrfmiddlewaretoken", None)
    assert held == {**given, "preview_token": str(kept.pk)}

    # Another contact than the one whose preview was shown asks again.
    other = {"contact": in_rocket.elsewhere.email, "reason": WHY, "preview_token": str(kept.pk)}
    assert lead.post(f"{page}merge/", other).status_code == 200
    assert Ticket.objects.get().contact == home

    done = lead.post(f"{page}merge/", held, follow=True)
    assert done.redirect_chain[-1][0] == f"/rocket/agent/customers/{kept.pk}/"
    assert f"Cy at home was merged into {kept}." in read(done)
    assert HOME in read(done)  # among the merged addresses
    assert Ticket.objects.get().contact == kept


def test_a_refusal_keeps_what_was_typed(in_rocket: Cast, home: Contact, lead: Client) -> None:
    refused = lead.post(
        f"/rocket/agent/customers/{in_rocket.customer.pk}/merge/", {"contact": HOME, "reason": WHY}
    )
    assert refused.status_code == 422
    assert "Keep" in read(refused)
    assert WHY in read(refused)


def test_analysts_and_other_desks_have_no_such_page(
    in_rocket: Cast, matter: Cast, home: Contact, sign_in: SignIn
) -> None:
    page = f"/rocket/agent/customers/{home.pk}/"
    analyst = sign_in(in_rocket.analyst.user)
    assert "/merge/" not in read(analyst.get(page))
    assert analyst.post(f"{page}merge/", {}).status_code == 403
    assert sign_in(matter.lead.user).post(f"{page}merge/", {}).status_code == 404
    lead = sign_in(in_rocket.lead.user)
    theirs = f"/rocket/agent/customers/{matter.customer.pk}/merge/"
    assert lead.post(theirs, {"contact": HOME, "reason": WHY}).status_code == 404


def test_the_api_merges_and_says_why_not(
    in_rocket: Cast, matter: Cast, home: Contact, lead: Client, sign_in: SignIn
) -> None:
    kept, path = in_rocket.customer, f"/rocket/api/v1/contacts/{home.pk}/merge/"

    def post(client: Client, url: str = path, **given: object) -> tuple[int, dict]:
        answer = client.post(url, given, content_type="application/json")
        return answer.status_code, answer.json()

    assert post(sign_in(in_rocket.analyst.user), into=kept.email, reason=WHY)[0] == 403
    assert post(lead, into=matter.customer.pk, reason=WHY)[0] == 400
    own = f"/rocket/api/v1/contacts/{kept.pk}/merge/"
    status, refused = post(lead, own, into=HOME, reason=WHY)
    assert (status, refused["errors"][0]["field"]) == (400, "into")
    status, shown = post(lead, into=kept.email, reason=WHY)
    assert (status, shown["id"], shown["other_emails"]) == (200, kept.pk, [HOME])
    assert lead.get(f"/rocket/api/v1/contacts/{home.pk}/").status_code == 404
    found = lead.get("/rocket/api/v1/contacts/", {"email": HOME}).json()
    assert [row["id"] for row in found["results"]] == [kept.pk]
