"""Full-text search of tickets: find what was written from what people type.

One document per ticket, made from words that Python reads (words.py), so that the result does not
depend on PostgreSQL's locale, dictionaries or extensions. A search is read by the same code
(queries.py). documents.py writes the documents, find.py searches, snippets.py shows what matched.
May import from tickets and accounts. Start with words.py.
"""
