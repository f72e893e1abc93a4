"""Imports from other help desks, and exports that can be imported (docs/exchange.md).

A reader (readers.py) turns an uploaded file into neutral records. staging.py stores them in the
order in which they can be imported, preview.py counts them for an admin, and running.py imports
them in slices. History comes in silently: no followers run, and no email is sent.
"""
