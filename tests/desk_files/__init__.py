"""A desk's configuration as a file."""
