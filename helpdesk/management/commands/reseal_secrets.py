"""`manage.py reseal_secrets`: encrypt all stored secrets with SECRET_KEY after it was replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from accounts.logins.sealing import UnsealError, reseal
from accounts.tenancy import system_scope

PREFIX = "sealed_"  # of fields with secrets (accounts/logins/sealing.py)
OF_AUTHENTICATORS = ("secret", "seed", "migrated_codes")  # as django-allauth names them


class Command(BaseCommand):
    help = (
        "Encrypt the stored secrets of all desks and of two-factor authentication with SECRET_KEY."
        " Run it after you replaced SECRET_KEY and listed the former key in SECRET_KEY_FALLBACKS;"
        " then that key can go. It can be stopped and repeated."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.done = self.lost = 0
        with system_scope("encrypt all stored secrets with another key"):
            for model in apps.get_models():
                names = [field.name for field in model._meta.fields if _is_sealed(field)]
                for pk in _list_ids(model) if names else []:
                    self._reseal(model, pk, names)
            for pk in _list_ids(Authenticator):
                self._reseal_authenticator(pk)
        self.stdout.write(f"{self.done} rows were encrypted with SECRET_KEY.")
        if self.lost:
            raise CommandError(
                f"{self.lost} rows can't be decrypted with any key. List the key that encrypted"
                " them in SECRET_KEY_FALLBACKS and run this again, or enter those secrets again."
            )

    @transaction.atomic
    def _reseal(self, model: type[models.Model], pk: Any, names: list[str]) -> None:
        row = model._base_manager.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            return
        changed = {name: self._change(getattr(row, name)) for name in names}
        self._write(model, pk, {n: v for n, v in changed.items() if v != getattr(row, n)})

    @transaction.atomic
    def _reseal_authenticator(self, pk: int) -> None:
        row = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return
        data = dict(row.data)
        for name in OF_AUTHENTICATORS:
            if isinstance(data.get(name), str):
                data[name] = self._change(data[name])
            elif isinstance(data.get(name), list):
                data[name] = [self._change(each) for each in data[name]]
        self._write(Authenticator, pk, {"data": data} if data != row.data else {})

    def _change(self, sealed: str) -> str:
        try:
            return reseal(sealed)
        except UnsealError:
            self.lost += 1
            return sealed

    def _write(self, model: type[models.Model], pk: Any, changed: dict[str, Any]) -> None:
        if changed:
            self.done += model._base_manager.filter(pk=pk).update(**changed)


def _is_sealed(field: models.Field[Any, Any]) -> bool:
    return field.name.startswith(PREFIX) and isinstance(field, models.TextField)


def _list_ids(model: type[models.Model]) -> Iterator[Any]:
    yield from list(model._base_manager.order_by("pk").values_list("pk", flat=True))
