"""Team chat in Rocket.Chat, Mattermost and Slack: messages about tickets, commands and standups.

rules.py picks the channels of an event, texts.py words the message, vendors.py speaks each chat's
protocol, sending.py sends through the outbox (channels_intake/calls/). commands.py reads slash
commands; helpdesk/team_chat/ answers them, because they need the SLA. May import channels_intake,
tickets and accounts. Start with followers.py.
"""
