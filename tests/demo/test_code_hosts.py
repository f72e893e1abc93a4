"""A demo desk's repository has issues and pull requests as far as its defects have come."""

from __future__ import annotations

import pytest

from accounts.models import Product, ProductLine
from channels_intake.models import CodeHost, CodeLink, StageRule
from helpdesk.demo.code_hosts import REPOSITORIES, create_code_host
from tests.cast import Cast
from tests.defects.helpers import move, release, report


@pytest.mark.parametrize("slug", REPOSITORIES)
def test_defects_have_what_their_stage_needs(in_rocket: Cast, slug: str) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    for name in ("ESR", "Current"):
        ProductLine.objects.create(desk=in_rocket.desk, product=product, name=name)
    new, confirmed, started, released = (report(in_rocket) for _ in range(4))
    move(in_rocket, confirmed, "confirmed")
    move(in_rocket, started, "in_progress")
    release(in_rocket, released)
    create_code_host(in_rocket.desk, slug)
    found = {
        defect.pk: [(link.kind, link.state) for link in CodeLink.objects.filter(defect=defect)]
        for defect in (new, confirmed, started, released)
    }
    assert list(found.values()) == [
        [],
        [("issue", "open")],
        [("issue", "open"), ("pull", "open")],
        [("issue", "closed"), ("pull", "merged")],
    ]
    assert StageRule.objects.filter(line__isnull=False).count() == 2
    host = CodeHost.objects.get()
    assert host.is_paused  # nobody is called
    assert all(".example/" in link.url for link in CodeLink.objects.all())
