"""Translators from each mail provider's webhook payload to the raw message, one file per provider.

Pure: no database, no clock. May import channels_intake/mime and the codes of
channels_intake/reasons.py. Start with registry.py.
"""
