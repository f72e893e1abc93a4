"""Facebook: messages to a page in Messenger, and comments and posts on the page.

connector.py answers them; comments.py (pure) reads what people write publicly. What it shares with
Instagram is in meta/.
"""
