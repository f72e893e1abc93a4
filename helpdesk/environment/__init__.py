"""The environment that Plumbline starts with: read with types, and checked as a whole.

Each problem is one sentence: what is wrong and what to write. No sentence repeats a value that can
hold a secret.
"""
