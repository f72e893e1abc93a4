"""Alerts of escalation ladders to paging services and by email (M104).

vendors.py translates an alert to each service's request (pure), followers.py queues calls for the
events of a ladder, alerts.py collects what an alert says, connector.py sends. receiving.py takes
what PagerDuty sends (pagerduty.py, pure) when a person acknowledges there. May import tickets and
accounts.
"""
