"""`make demo`: starts Plumbline with everything it needs, looks after it, and stops all of it.

Run as ``python -m helpdesk.supervisor``. It is no management command: Django's settings want DATABASE_URL, and
the database that it names is not there before this has started it.
"""
