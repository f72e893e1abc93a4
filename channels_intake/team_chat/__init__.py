"""Team chat in Rocket.Chat, Mattermost and Slack: messages about tickets, commands and standups.

rules.py picks the channels of an event; followers.py and defects.py queue a message for each of
them. writing.py words it when it is sent, from texts.py; vendors/ speaks each chat's protocol;
sending.py sends through the outbox (channels_intake/calls/). commands.py reads slash commands;
helpdesk/team_chat/ answers them, because they need the SLA. May import channels_intake, tickets and
accounts. Start with followers.py.
"""
