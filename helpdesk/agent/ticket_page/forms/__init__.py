"""Forms of the ticket page beside the composer, each with what its view shows of it."""
