"""Team chat where it needs all packages: answers to slash commands, and standup figures.

channels_intake/team_chat/ has the rest. Start with views.py and standups.py.
"""
