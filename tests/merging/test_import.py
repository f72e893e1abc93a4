"""A second import of a contact who was merged meanwhile leaves the one who stayed as they are."""

from __future__ import annotations

from accounts.models import Contact
from tests.cast import Cast
from tests.exchange.helpers import import_lines
from tests.merging.conftest import HOME, merge

OLD = {"kind": "contact", "id": 31, "name": "Cy at home", "email": HOME}


def test_a_changed_record_of_the_merged_contact_changes_no_name(in_rocket: Cast) -> None:
    import_lines(in_rocket, OLD)
    kept, count = in_rocket.customer, Contact.objects.count()
    merge(in_rocket, Contact.objects.get(email=HOME))
    import_lines(in_rocket, OLD | {"name": "Cyrus of the Home Office"})
    after = Contact.objects.get(pk=kept.pk)
    assert (after.name, after.email) == (kept.name, kept.email)
    assert Contact.objects.count() == count - 1
