"""The error of a backup that can't be made or restored."""


class BackupError(Exception):
    """The backup can't be made or restored. The message says why, and what to do."""
