"""Exports of Zendesk Support: JSON exports and pages of its API (M38). Start with reading.py.

A JSON export has one object a line: of the tickets with their people, their organization and their
comments; of users; or of organizations. Pages of the API, {"tickets": [..], "end_time": ..} or with
"after_cursor", may be in the same archive, one after the other in a file or one a file: tickets,
comments, audits, ticket_events, users, organizations, groups and ticket_fields. The comments of a
ticket, which don't name it, are in a file with its ID: comments/35436.json.

Exports have links to attachments, not the files. Those that are in the archive with their ID in
the path, attachments/498483/crash.log, are imported.

Sources: Zendesk Help, "Exporting data to a JSON, CSV, or XML file" (articles/4408886165402);
developer.zendesk.com, API reference: Tickets, Ticket Comments, Ticket Audits, Users, Organizations,
Groups, Ticket Fields, Incremental Exports.
"""
