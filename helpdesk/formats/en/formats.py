"""Dates and times of English admin pages and filters, as in helpdesk/shared/wording/times.py.

Django reads this module by FORMAT_MODULE_PATH; what is missing here comes from its own.
"""

DATE_FORMAT = "D, M j, Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "D, M j, Y, g:i A"
SHORT_DATE_FORMAT = "M j, Y"
SHORT_DATETIME_FORMAT = "M j, Y, g:i A"
