"""Pages about defects."""
