"""Places and languages: countries, time zones, times of day, public holidays, languages.

Imports no models. Start with languages.py, which finds the language and time zone of a reader.
"""
