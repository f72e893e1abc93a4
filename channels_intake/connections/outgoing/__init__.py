"""Answers on their way into the conversation that a ticket came in by.

ways.py says which ways there are, answering.py stores the parts of an answer and sends them, and
progress.py tells what became of each. May import what connections/ may, and its modules beside this
folder, but nothing of incoming/. Start with answering.py.
"""
