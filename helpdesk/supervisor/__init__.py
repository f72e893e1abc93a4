"""`make demo`: start Plumbline with everything it needs, supervise it, and stop all of it again.

Run it with ``python -m helpdesk.supervisor``. It is not a management command: Django's settings
need DATABASE_URL, and the supervisor starts the database first. It needs the dependency group
"demo", which production does not install; nothing else in Plumbline imports this package.
"""
