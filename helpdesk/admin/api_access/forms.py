"""Forms of service accounts and their tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Department, Desk, Role
from accounts.models.tokens import DEFAULT_REQUESTS_PER_MINUTE, MAX_REQUESTS_PER_MINUTE
from helpdesk.agent.tokens.forms import TokenForm
from helpdesk.shared.fields import LineField


class ServiceAccountForm(forms.Form):
    """Name and rights of a service account."""

    name = LineField(
        label=_("Name"),
        max_length=120,
        help_text=_("Shown in ticket histories, such as “Billing sync”."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("Departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "The service account sees tickets of a members-only department only if it is a member."
        ),
    )

    def __init__(self, data: Any, *, desk: Desk, account: Agent | None = None) -> None:
        super().__init__(data)
        departments: Any = self.fields["departments"]
        departments.queryset = Department.objects.filter(desk=desk)
        if account is not None:
            mine = account.departments.values_list("pk", flat=True)
            self.initial = {"name": account.name, "role": account.role, "departments": list(mine)}


class ServiceTokenForm(TokenForm):
    """A token of a service account, with a limit of its own."""

    requests_per_minute = forms.IntegerField(
        label=_("Requests per minute"),
        min_value=1,
        max_value=MAX_REQUESTS_PER_MINUTE,
        initial=DEFAULT_REQUESTS_PER_MINUTE,
    )
    prefix = "token"

    def __init__(self, data: Any, *, desk: Desk) -> None:
        super().__init__(data, desk=desk)
        scopes = self.fields["scopes"]
        scopes.help_text = _(
            "Grant only what the program needs. A token never has more rights than the service "
            "account's role."
        )
