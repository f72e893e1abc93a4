"""People without email addresses, and their handles at networks."""
