"""The agents' pages of calls: the list, the page of a call with its note, and the screen pop.

Start with page.py. Which calls an agent may see: channels_intake/telephone/selectors.py. What is
done with a call: channels_intake/telephone/notes.py. Views: helpdesk/agent/views/calls.py.
"""
