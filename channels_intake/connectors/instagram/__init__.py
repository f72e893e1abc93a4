"""Instagram: direct messages to a professional account, and comments on its posts.

connector.py answers them; comments.py (pure) reads the comments. What it shares with Facebook is in
meta/.
"""
