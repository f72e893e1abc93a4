"""Lifecycle of a desk: create, suspend and resume, export, erase.

Used by management commands and by the installation's admin pages. Start with creation.py.
"""
