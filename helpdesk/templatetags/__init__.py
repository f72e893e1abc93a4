"""Template tags of all interfaces, in ui.py: icons, avatars, messages, times."""
