"""Channels other than email, through one contract: connectors, storage, acceptance, answers.

contract.py says what a connector is, and registry.py lists them; each has a folder of its own in
channels_intake. A webhook or a poller stores what a vendor sent (storing.py), a task translates it
and puts it on a ticket (processing.py, accepting.py), and answers leave by the channel that the
customer wrote by (answering.py). May import accounts, tickets and channels_intake's calls/ and
models/. Start with contract.py.
"""
