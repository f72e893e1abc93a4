"""Channels other than email, through one contract: connectors, storage, acceptance, answers.

contract/ says what a connector is, and registry.py lists them; each has a folder of its own in
channels_intake/connectors/, which imports contract/, client.py, reading.py, hooks.py and
attachments.py of this one. A webhook or a poller stores what a vendor sent, and a task puts it on a
ticket (incoming/); answers leave by the channel that the customer wrote by (outgoing/). May import
accounts, tickets and channels_intake's calls/ and models/. Start with contract/.
"""
