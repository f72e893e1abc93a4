"""An admin's form that was posted while signed out is shown again, and saves nothing by itself."""

from __future__ import annotations

from django.test import Client

from accounts.models import AuditEntry, Product
from tests.cast import Cast
from tests.drafts.conftest import end_sessions, next_page_of, sign_in_by_form
from tests.forms import read_form
from tickets.models import Draft

UNSENT = "You were signed out before this was saved. Check it and save it."


def post_signed_out(browser: Client, cast: Cast, url: str, **fields: str):
    sign_in_by_form(browser, cast.admin.user.email)
    page = browser.get(url)
    assert page.status_code == 200
    end_sessions()
    return browser.post(url, read_form(page.content.decode()) | fields)


def test_a_changed_setting_comes_back_and_is_saved_by_its_admin_alone(
    browser: Client, in_rocket: Cast
) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Standard")
    url = f"/rocket/admin/accounts/product/{product.pk}/change/"
    refused = post_signed_out(browser, in_rocket, url, name="Premium")
    assert next_page_of(refused) == url
    sign_in_by_form(browser, in_rocket.colleague.user.email)
    assert browser.get(url).status_code == 404
    end_sessions()
    sign_in_by_form(browser, in_rocket.admin.user.email)

    page = browser.get(url)
    assert UNSENT in page.content.decode()
    assert page.context["adminform"].form["name"].value() == "Premium"
    assert Product.objects.get(pk=product.pk).name == "Standard"
    assert not AuditEntry.objects.filter(action="changed").exists()

    saved = browser.post(url, read_form(page.content.decode()))
    assert saved.status_code == 302, saved.context["errors"]
    assert Product.objects.get(pk=product.pk).name == "Premium"
    assert not Draft.objects.exists()
    assert UNSENT not in browser.get(url).content.decode()


def test_a_new_row_comes_back_too(browser: Client, in_rocket: Cast) -> None:
    url = "/rocket/admin/accounts/product/add/"
    post_signed_out(browser, in_rocket, url, name="Rocket Phone")
    sign_in_by_form(browser, in_rocket.admin.user.email)
    page = browser.get(url)
    assert page.context["adminform"].form["name"].value() == "Rocket Phone"
    assert UNSENT in page.content.decode()


def test_the_cells_of_the_sla_matrix_come_back(browser: Client, in_rocket: Cast) -> None:
    url = "/rocket/admin/sla/matrix/"
    plan, priority = in_rocket.plan.pk, in_rocket.priorities["High"].pk
    post_signed_out(browser, in_rocket, url, **{f"minutes-{plan}-{priority}-": "3h"})
    sign_in_by_form(browser, in_rocket.admin.user.email)
    page = browser.get(url)
    assert UNSENT in page.content.decode()
    assert 'value="3h"' in page.content.decode()


def test_secrets_are_not_kept(browser: Client, in_rocket: Cast) -> None:
    url = "/rocket/admin/accounts/identityprovider/add/"
    post_signed_out(browser, in_rocket, url, name="Okta", client_secret="hush")
    assert "client_secret" not in Draft.objects.get().fields
    assert Draft.objects.get().fields["name"] == ["Okta"]
