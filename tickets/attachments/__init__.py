"""Files of messages and notes: storing them under random names, and previews of images.

Start with files.py.
"""
