"""The scopes that an application can ask for."""

from __future__ import annotations

from typing import Any

from oauth2_provider.scopes import BaseScopes

from accounts.tokens.scopes import SCOPES, list_scope_choices


class ApplicationScopes(BaseScopes):
    """An application can ask for what the desk's admin chose for it, and gets it by default."""

    def get_all_scopes(self) -> dict[str, str]:
        return dict(list_scope_choices())

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return list(SCOPES) if application is None else application.scopes

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.get_available_scopes(application=application)
