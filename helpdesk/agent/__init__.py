"""Agent pages: queue, tickets, customers, schedules, quarantine, notifications.

Owns the views below /agent/, which are thin, and the contexts of templates/agent, which are typed
(components/). Every other folder is a subject: its statements (sql.py, *_sql.py), the queries that
run them, its forms, and the functions that fill the contexts. Changes go through the services of
tickets, routing and channels_intake.

Start with urls.py, then views/queue.py and views/tickets/ticket.py.
"""
