"""Texts of scripts, in the page's language (templates/includes/script_texts.html).

A script asks texts.js for a text by its name, with values for its placeholders.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.shared.wording import times

SCRIPT_TEXTS = {
    "now": times.NOW,
    "just-now": times.JUST_NOW,
    "minutes": times.MINUTES,
    "hours": times.HOURS,
    "hours-minutes": times.HOURS_MINUTES,
    "days": times.DAYS,
    "days-hours": times.DAYS_HOURS,
    "ago": times.AGO,
    "due-in": times.DUE_IN,
    "overdue": times.OVERDUE,
    "continue": _("Continue"),
    "copied": _("Copied"),
    "dismiss": _("Dismiss"),
    "remove-file": _("Remove %(name)s"),
    "too-large": _("%(size)s, not attached: more than %(limit)s in total"),
    "too-many": _("%(size)s, not attached: more than %(count)s files"),
    "characters-left": _("Characters left: %(count)s"),
    "messages-needed": _("Messages: %(count)s"),
    "too-long": _("Too long: %(count)s of %(limit)s characters. Shorten the text."),
    "sending-in": _("Sending in %(seconds)ss"),
    "sending": _("Sending…"),
    "file-attached": _("%(name)s is attached."),
    "file-not-attached": _("%(name)s couldn't be uploaded. Try again."),
    "waiting-for-files": _("Sending once the files are uploaded…"),
    "new-since": _("New since you looked"),
    "new-count": _("New since you looked: %(count)s"),
    "close-image": _("Close"),
    "download-image": _("Download original"),
    "no-attachment": _("You mentioned an attachment, but no file is attached."),
    "draft-saved": _("Draft saved"),
    "draft-with-files": _("Draft saved, without the attached files"),
    "draft-not-saved": _("Draft not saved"),
    "server-error": _("Something went wrong on our side, and nothing was changed. Try again."),
    "no-connection": _("The server can't be reached. Check your connection and try again."),
    "newer-messages": _("This arrived while you were writing:"),
    "send-anyway": _("Send anyway"),
    "is-viewing": _("%(name)s is viewing"),
    "is-typing-reply": _("%(name)s is typing a reply"),
    "is-typing-note": _("%(name)s is typing a note"),
    "out-of-date": _(
        "Nothing was saved, because the ticket or your access has changed. Reload the page."
    ),
    "no-longer-yours": _(
        "You no longer have access: this was moved, or your permissions changed. Reload the page."
    ),
    "not-loaded": _("This part of the page couldn't be loaded. Try again."),
    "theme-system": _("Theme: system"),
    "theme-light": _("Theme: light"),
    "theme-dark": _("Theme: dark"),
    "next-ticket": _("Next ticket"),
    "previous-ticket": _("Previous ticket"),
    "open-ticket": _("Open ticket"),
    "select-ticket": _("Select ticket"),
    "select-up-to": _("Select up to here"),
    "peek": _("Preview"),
    "selected": _("Selected: %(count)s"),
    "shortcut-help": _("Keyboard shortcuts"),
    "ctrl-enter": pgettext_lazy("keys", "Ctrl Enter"),
    "send-form": _("Send the form"),
}
