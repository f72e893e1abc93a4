"""Hand-written SQL: rows by column name, prepared statements, the replica, and database errors.

May import accounts.tenancy. Start with rows.py; instances.py makes model instances from rows.
"""
