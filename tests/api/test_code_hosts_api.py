"""Repositories over the API: connected with their rules; secrets and keys are never shown."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, Product, ProductLine
from channels_intake.models import CodeHost, StageRule
from tests.access.people import create_code_host
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import Cast
from tests.code_hosts.app_fake import make_key, write_pem

GIVEN = {"repository": "acme/server", "token": "hush-token-1", "webhook_secret": "hush-hook-2"}


def create_line(cast: Cast) -> ProductLine:
    product = Product.objects.create(desk=cast.desk, name="Server")
    return ProductLine.objects.create(desk=cast.desk, product=product, name="ESR")


def test_an_admin_connects_a_repository_and_sets_its_rules(
    in_rocket: Cast, sign_in: SignIn
) -> None:
    admin = sign_in(in_rocket.admin.user)
    added = send(admin, "post", "code-hosts/", GIVEN)
    assert added.status_code == 201, added.json()
    row, host = added.json(), CodeHost.objects.get()
    assert (host.token, host.webhook_secret) == ("hush-token-1", "hush-hook-2")
    assert (row["kind"], row["sign_in"], row["has_token"]) == ("github", "token", True)
    assert row["has_private_key"] is False
    assert row["webhook_url"].endswith(f"/rocket/code-hosts/{host.hook_token}/")
    assert [rule["trigger"] for rule in row["rules"]] == [
        "pull_request.opened",
        "pull_request.merged",
        "release.published",
    ]
    path = f"code-hosts/{host.pk}/"
    rule = {"trigger": "issue.closed", "pattern": "", "stage": "tested", "line": None}
    changed = send(admin, "patch", path, {"rules": [rule], "labels": "support"}).json()
    assert changed == {**row, "rules": [rule], "labels": "support"}
    assert send(admin, "patch", path, changed).json() == changed
    paused = send(admin, "patch", path, {"is_paused": True}).json()
    assert paused == {**changed, "is_paused": True}
    assert send(admin, "patch", path, {"is_paused": False}).json() == changed
    assert AuditEntry.objects.count() == 4
    line = create_line(in_rocket)
    release = {"trigger": "release.published", "pattern": "v9.*", "line": "Server ESR"}
    ruled = send(admin, "patch", path, {"rules": [release]}).json()["rules"]
    assert ruled[0]["line"] == {"kind": "product_line", "id": line.pk, "name": "Server ESR"}
    listed = admin.get(f"{API}code-hosts/").json()["results"]
    assert_hidden("hush-", host.sealed_token, shown=[row, listed])
    assert admin.delete(f"{API}{path}").status_code == 204
    assert not StageRule.objects.exists()


def test_an_app_signs_in_with_a_key_that_is_never_shown(in_rocket: Cast, sign_in: SignIn) -> None:
    admin, key = sign_in(in_rocket.admin.user), write_pem(make_key()).strip()
    app = {"sign_in": "app", "app_id": "Iv1", "installation_id": 7, "token": ""}
    assert list_fields(send(admin, "post", "code-hosts/", GIVEN | app)) == ["private_key"]
    wrong = {**app, "private_key": "-----BEGIN"}
    assert list_fields(send(admin, "post", "code-hosts/", GIVEN | wrong)) == ["private_key"]
    row = send(admin, "post", "code-hosts/", GIVEN | app | {"private_key": key}).json()
    assert (row["has_token"], row["has_private_key"]) == (False, True)
    assert CodeHost.objects.get().private_key == key
    assert_hidden(key.splitlines()[1], shown=row)


def test_a_repository_is_refused_like_on_its_page(
    in_rocket: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.MODE = "production"  # where only public addresses are allowed
    admin = sign_in(in_rocket.admin.user)
    path = f"code-hosts/{send(admin, 'post', 'code-hosts/', GIVEN).json()['id']}/"
    rule = {"trigger": "issue.closed", "stage": "tested"}
    for changes, field in (
        ({"repository": "server"}, "repository"),
        ({"api_url": "https://169.254.169.254"}, "api_url"),
        ({"api_url": "https://elsewhere.example"}, "token"),
        ({"kind": "gitlab", "token": "x", "sign_in": "app"}, "sign_in"),
        ({"kind": "svn"}, "kind"),
        ({"installation_id": 0}, "installation_id"),
        ({"rules": [{**rule, "stage": ""}]}, "rules.0.stage"),
        ({"rules": [rule, rule]}, "rules.1.pattern"),
        ({"rules": [{**rule, "line": "Server ESR"}]}, "rules.0.line"),
        ({"hook_token": "mine"}, "hook_token"),
    ):
        assert field in list_fields(send(admin, "patch", path, changes)), changes
    assert CodeHost.objects.get().token == "hush-token-1"
    assert StageRule.objects.count() == 3


def test_only_admins_of_the_desk_have_repositories(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    host = create_code_host(in_rocket.desk)
    assert_closed(
        "code-hosts/",
        host.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    assert CodeHost.objects.get(pk=host.pk).repository == "octo/server"
