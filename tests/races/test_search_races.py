"""Search documents built during an erasure don't keep erased text."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.races.threads import meanwhile
from tickets.models import SearchRefresh
from tickets.search.documents import rebuild, refresh
from tickets.search.find import search_tickets

pytestmark = pytest.mark.django_db(transaction=True)


def erase(cast: Cast) -> None:
    erase_person(desk=cast.desk, contact=cast.customer, by=cast.admin, at=NOON)


@pytest.mark.parametrize("is_erased_first", [True, False])
def test_a_sweep_beside_an_erasure_leaves_nothing_to_find(
    rocket: Cast, is_erased_first: bool
) -> None:
    address = rocket.customer.email
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(subject="A xylographquux", text="My xylographquux broke")
        SearchRefresh.objects.create(desk=rocket.desk, ticket=ticket)
    if is_erased_first:
        # As a sweep does that claimed its mark before; later ones pass over marks that are locked.
        meanwhile(rocket, lambda: erase(rocket), lambda: rebuild([ticket.pk]))
    else:
        meanwhile(rocket, lambda: refresh(desk_id=rocket.desk.pk), lambda: erase(rocket))
    with desk_scope(rocket.desk):
        for words in ("xylographquux", f'"{address}"', rocket.customer.name):
            assert (words, search_tickets(desk=rocket.desk, words=words)) == (words, [])
        assert search_tickets(desk=rocket.desk, words=str(ticket.number)) == [ticket.pk]
