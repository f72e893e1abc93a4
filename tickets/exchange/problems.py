"""The sentences of problems, by the codes that are stored."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import fill_sentence
from tickets.models import ImportProblem

SENTENCES: dict[str, Promise] = {
    "not_json": _("Line %(line)s isn't valid JSON."),
    "not_an_object": _("This isn't a JSON object."),
    "unreadable": _("This couldn't be read: %(text)s"),
    "unknown_kind": _("Records of the kind “%(kind)s” aren't imported."),
    "no_id": _("The record has no ID, or one that is too long."),
    "no_ticket": _("The record doesn't say which ticket it belongs to."),
    "too_deep": _("The record is nested too deeply."),
    "too_long_line": _("Line %(line)s is too long."),
    "too_large": _("A record is larger than %(limit)s MB, so it wasn't read."),
    "ticket_too_large": _(
        "The ticket's records are larger than %(limit)s MB in total. This one wasn't imported."
    ),
    "not_csv": _("Line %(line)s isn't valid CSV: %(text)s."),
    "too_many_cells": _("Line %(line)s has more cells than the file has columns."),
    "read_as_windows": _("The file isn't UTF-8. It was read as Windows-1252."),
    "broken_file": _("The file isn't valid JSON: %(text)s. The rest of it wasn't read."),
    "left_out": _("Records of the kind “%(kind)s” aren't imported. The file has %(count)s."),
    "duplicate": _("The file has this record more than once. The last one was imported."),
    "missing_field": _("“%(field)s” is missing."),
    "bad_value": _("“%(field)s” has a value that can't be imported: %(value)s"),
    "bad_date": _("“%(field)s” isn't a date: %(value)s. The time of the import was used."),
    "future_date": _("“%(field)s” is in the future: %(value)s. The time of the import was used."),
    "cut": _("“%(field)s” was longer than %(limit)s characters and was cut."),
    "html_cut": _("The formatted text was too long and was cut. The plain text is complete."),
    "unknown_state": _("The status “%(value)s” isn't mapped. The ticket was imported as open."),
    "unknown_priority": _("The priority “%(value)s” isn't mapped. The default was used."),
    "unknown_department": _("The department “%(value)s” isn't known here. It was left empty."),
    "unknown_channel": _("The channel “%(value)s” isn't known. Email was used."),
    "unknown_field": _("The field “%(value)s” isn't mapped. Its value wasn't imported."),
    "bad_field_value": _("The value of the field “%(field)s” wasn't imported: %(value)s"),
    "missing_person": _(
        "The person with the ID “%(value)s” isn't in the file. “Unknown person” was used."
    ),
    "no_requester": _("The ticket has no requester. “Unknown person” was used."),
    "missing_agent": _("The agent with the ID “%(value)s” isn't in the file."),
    "missing_account": _("The account with the ID “%(value)s” isn't in the file."),
    "missing_ticket": _("The ticket with the ID “%(value)s” isn't in the file."),
    "missing_message": _("The message with the ID “%(value)s” isn't in the file."),
    "bad_email": _("“%(value)s” isn't an email address. The person was imported without one."),
    "same_email": _(
        "Another contact already has the address of this one. Both are the same contact now."
    ),
    "bad_domain": _("The domain “%(value)s” can't belong to an account."),
    "taken_domain": _("The domain “%(value)s” already belongs to another account."),
    "erased_person": _("This person's data was erased. Nothing of it was imported again."),
    "changed_here": _(
        "The ticket was changed here after it was imported, so it was left as it is."
    ),
    "cycle": _("The ticket “%(value)s” leads back to this one, so they weren't linked."),
    "link_to_itself": _("The ticket names itself. That link wasn't imported."),
    "unknown_link": _("Links of the kind “%(value)s” aren't imported."),
    "second_parent": _("The ticket has another parent already. That link wasn't imported."),
    "file_missing": _("The file “%(name)s” isn't in the archive. Only its name was imported."),
    "file_too_large": _(
        "The file “%(name)s” is larger than %(limit)s MB. Only its name was imported."
    ),
    "file_differs": _(
        "The file “%(name)s” doesn't have the stated hash. It was imported as it is."
    ),
    "file_not_stored": _("The file “%(name)s” couldn't be stored. Only its name was imported."),
    "unknown_event": _("Events of the kind “%(value)s” aren't imported."),
    "bad_event": _("The facts of the event aren't those of its kind, so it wasn't imported."),
    "unlisted_choice": _(
        "“%(value)s” isn't one of the choices of the field “%(field)s”. It was kept as it is."
    ),
    "no_author": _("The note has no author. The person who started the import was used."),
    "empty": _("There is no text, so the record wasn't imported."),
    "too_many_fields": _("The help desk can't have more custom fields. This one wasn't imported."),
    "failed": _("An error occurred, and this wasn't imported. The system log has the details."),
}


def describe_problem(problem: ImportProblem) -> str:
    """Return why a record was not taken, in the active language."""
    sentence = SENTENCES.get(problem.code)
    if sentence is None:
        return problem.code
    return fill_sentence(sentence, problem.data, code=problem.code)
