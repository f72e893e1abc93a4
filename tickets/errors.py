"""Errors of the services. Each message is a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class ServiceError(Exception):
    """A service refused a request and changed nothing."""


class NotAllowedError(ServiceError):
    """The acting person doesn't have permission."""


class NeedsApprovalError(NotAllowedError):
    """A colleague has to approve what this agent writes to customers."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Your messages to customers need a colleague's approval. Write a reply on the"
                " ticket, or ask a colleague to do this."
            )
        )


class InvalidTransitionError(ServiceError):
    """The state machine doesn't allow this transition; ``allowed`` names those that it does."""

    def __init__(self, transition: str, state: str, allowed: Sequence[str]) -> None:
        self.transition, self.state, self.allowed = transition, state, list(allowed)
        super().__init__(
            _("You can't do that while the ticket is %(state)s. Reload the page and try again.")
            % {"state": state}
        )


class ConflictError(ServiceError):
    """Someone else changed the ticket first."""


class RowInUseError(ConflictError):
    """Other rows need what was to be deleted. ``used_by``: how many of which kind, by model."""

    def __init__(self, message: str, used_by: Mapping[type[Model], int]) -> None:
        self.used_by = dict(used_by)
        super().__init__(message)


class MergedError(ConflictError):
    """The ticket was merged into another one, ``into_id``, which takes what is written to it."""

    def __init__(self, into_id: int) -> None:
        self.into_id = into_id
        super().__init__(_("This ticket was merged into another one."))


class NewerMessageError(ConflictError):
    """A public message arrived that the author of a reply has not seen."""


class InvalidValueError(ServiceError):
    """A value that was passed in isn't possible. ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class InvalidFieldValueError(InvalidValueError):
    """A value of a ticket's custom field isn't possible. ``field`` is the key of the field."""


class IncompleteRecordError(ServiceError):
    """A troubleshooting record lacks what engineering needs; ``missing`` names its fields."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = list(missing)
        super().__init__(
            _("The troubleshooting record is incomplete. Add what is missing, or say why it is.")
        )


class MissingFieldsError(ServiceError):
    """A ticket lacks fields that its new status requires.

    ``missing`` has their labels, ``keys`` their keys in the same order.
    """

    def __init__(self, missing: Sequence[str], status: str, *, keys: Sequence[str] = ()) -> None:
        self.missing, self.keys = list(missing), list(keys)
        text = ngettext(
            "Fill in this field first: %(fields)s. The status %(status)s requires it.",
            "Fill in these fields first: %(fields)s. The status %(status)s requires them.",
            len(self.missing),
        )
        super().__init__(text % {"fields": ", ".join(missing), "status": status})


class EmptyTextError(ServiceError):
    """The message has neither text nor a file."""
