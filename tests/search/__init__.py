"""Search: words, queries, documents, plans, and what is shown of a hit."""
