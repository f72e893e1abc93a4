"""The error for a payload that isn't what its provider documents."""

from channels_intake.reasons import InboundReason


class UnreadableError(ValueError):
    """The payload can't be read, and another try won't change that.

    reason: the code stored with the row; data: the parameters of its sentence.
    """

    def __init__(self, reason: InboundReason, **data: str | int) -> None:
        self.reason, self.data = reason, data
        super().__init__(f"{reason} {data}" if data else reason)
