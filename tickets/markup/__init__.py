"""Markup that agents write in replies and notes: Markdown, as people know it from GitHub and Slack.

Pure: no database and no clock. Start with markdown.py.
"""
