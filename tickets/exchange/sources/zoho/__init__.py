"""Exports of Zoho Desk: CSV data backups and answers of its API (M38). Start with reading.py.

A backup is a zip archive of CSV files, one or more a module: Accounts, Contacts, Agents,
Departments, Tickets (or Cases), Threads, Comments and Attachments, with any ending of numbers
(Tickets_001.csv). Answers of the API, {"data": [..]}, are in JSON files with such names; those of
the threads or comments of a ticket, which don't name it, have its ID: threads/190.json. Columns of
tickets that have no place of their own become custom fields.

Attached files are found by their ID in the path: attachments/4000000012345/report.pdf.

Sources: help.zoho.com, "Assisted Data Migration Guide", "Data Prep Tips for Smooth Migration of
Critical Modules: Threads and Conversations" and "Importing data into Zoho Desk";
desk.zoho.com/DeskAPIDocument: Tickets, Threads, Ticket Comments, Contacts, Accounts, Agents.
"""
