"""Telephone calls, whichever system reports them: facts, numbers, notes of agents, presence.

A call is a Conversation whose data holds its facts (facts.py). Connectors of phone systems make
them of what their vendor sends; following.py assigns the ticket and promises callbacks, notes.py
saves what the agent wrote about the call, and presence.py reads who is connected. The pages are in
helpdesk/agent/calls/. May import what connectors import, and tickets. Start with facts.py.
"""
