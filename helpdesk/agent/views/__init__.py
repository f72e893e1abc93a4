"""Views of the agent pages, one module per noun."""
