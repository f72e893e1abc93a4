"""Writing on a ticket: the composer, its draft, who gets the reply, and the way it takes."""
