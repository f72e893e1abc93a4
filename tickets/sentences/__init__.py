"""Stored codes as sentences: reasons, remarks on messages, and names of clocks.

Services store a code with its parameters. The page makes the sentence in the reader's language.
"""
