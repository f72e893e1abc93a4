"""The error of a place for files that can't be used."""


class BucketError(OSError):
    """The bucket can't be used. The message says why, as a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
