"""Translators from each mail provider's webhook payload to the raw message.

Pure: no database, no clock. Start with translators.py.
"""
