"""Views of macros and bulk changes."""
