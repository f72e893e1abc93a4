"""The page on which agents change keyboard shortcuts. Start with views.py."""
