"""Agent pages: queue, tickets, customers, schedules, quarantine, notifications.

Owns the views below /agent/ and the contexts of templates/agent. Views are thin: queries are in
queue_queries and ticket_queries (statements in sql, ticket_sql and ticket_rows), the typed contexts
of the templates in components, the functions that fill them beside their subject. Changes go
through the services of tickets, routing and channels_intake. Folders: board/ (of leads), levels/
(escalation and emergencies), and schedules/ (week plans and on-call rotas).

Start with urls, then views/queue and views/ticket.
"""
