"""The styleguide: every component of the agent pages in every state, in both themes, for staff.

`components` are what its templates take, `examples` fills them with fixed texts and times, so that
a picture of the page is the same today and tomorrow (tests/interface/test_styleguide.py).
"""
