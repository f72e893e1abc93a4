"""Management commands; see commands/."""
