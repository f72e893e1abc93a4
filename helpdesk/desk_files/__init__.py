"""A desk's configuration as a file that can live in git: shown, planned and applied.

Sections are saved by the same views as the API's settings, so a file is checked as a request is,
and leaves the same audit entries. May import helpdesk.api. Start with applying.py; registry.py
lists what a file holds and what it leaves out.
"""
