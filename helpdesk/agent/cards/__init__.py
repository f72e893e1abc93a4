"""Customer cards beside a ticket: asked for once per page, kept for minutes in Valkey.

Start with loading.py.
"""
