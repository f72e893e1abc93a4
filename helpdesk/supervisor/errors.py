"""The supervisor's one exception."""


class StartupError(Exception):
    """Plumbline cannot start. The text is shown to the person at the terminal."""
