"""Remarks on a message: parts of the original that were lost, cut or odd.

A message stores codes and parameters; the sentences are made in the reader's language when a page
shows them. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.sentences import fill_sentence


class RemarkCode(StrEnum):
    """The kinds of remarks. The comment names the parameters."""

    HEADERS_CUT = "headers_cut"
    PARTS_CUT = "parts_cut"
    PARTS_UNCLEAR = "parts_unclear"
    PART_DAMAGED = "part_damaged"  # number
    TEXT_CUT = "text_cut"  # maximum: characters
    TEXT_IN_FILE = "text_in_file"  # maximum: characters, name: of the file with all of it
    HTML_CUT = "html_cut"
    SUBJECT_CUT = "subject_cut"  # maximum: characters, subject: in full
    CHARACTERS_REMOVED = "characters_removed"
    EMPTY = "empty"
    FILE_DAMAGED = "file_damaged"  # name
    FILE_NAME_CUT = "file_name_cut"  # name, given: the name in full
    FILE_TOO_LARGE = "file_too_large"  # name, maximum: MiB
    FILES_TOO_LARGE = "files_too_large"  # name, maximum: MiB
    TOO_MANY_FILES = "too_many_files"  # count
    FILE_NOT_FETCHED = "file_not_fetched"  # name
    FILES_NOT_EXTRACTED = "files_not_extracted"  # name
    SMIME_NOT_CHECKED = "smime_not_checked"
    SMIME_UNREADABLE = "smime_unreadable"  # name
    NO_SENDER = "no_sender"
    SEVERAL_SENDERS = "several_senders"
    UNCLEAR_SENDER = "unclear_sender"
    REPEATED_SENDER = "repeated_sender"
    SENDER_NAME_CUT = "sender_name_cut"  # maximum: characters, name: in full
    CC_NOT_ADDED = "cc_not_added"  # addresses
    CC_NOT_SHOWN = "cc_not_shown"  # count
    INVALID_REPLY_ADDRESS = "invalid_reply_address"
    SENT_TO_SEVERAL = "sent_to_several"  # addresses
    RELAYED = "relayed"  # address
    NO_VERDICT = "no_verdict"  # domain
    REPLY_TO = "reply_to"  # address, name
    NO_TEXT = "no_text"
    EDITED = "edited"  # text: the new one; at: when, as the vendor says
    DELETED = "deleted"
    CALL_LASTED = "call_lasted"  # count: minutes, as the agent entered them
    MORE = "more"  # count


@dataclass(frozen=True, slots=True)
class Remark:
    """A code with the parameters of its sentence, hashable. Make one by `make_remark`."""

    code: RemarkCode
    parameters: tuple[tuple[str, str | int], ...] = ()

    def to_json(self) -> dict[str, str | int]:
        """Return what a message stores."""
        return {"code": self.code.value, **dict(self.parameters)}


def make_remark(code: RemarkCode, **parameters: str | int) -> Remark:
    """Make a remark from a code and the parameters of its sentence."""
    return Remark(code, tuple(parameters.items()))


_SENTENCES: dict[str, Any] = {
    RemarkCode.HEADERS_CUT: _("The email's headers are too long. Some of them were left out."),
    RemarkCode.PARTS_CUT: _("The email has too many parts. Some of them were left out."),
    RemarkCode.PARTS_UNCLEAR: _(
        "The email's parts could not be separated, so everything is shown as text."
    ),
    RemarkCode.PART_DAMAGED: _(
        "Part %(number)s of the email is damaged. Some text may be missing."
    ),
    RemarkCode.TEXT_CUT: _(
        "The text is longer than %(maximum)s characters. The rest was left out."
    ),
    RemarkCode.TEXT_IN_FILE: _(
        "The text is longer than %(maximum)s characters. All of it is in the attachment “%(name)s”."
    ),
    RemarkCode.SUBJECT_CUT: _(
        "The subject is longer than %(maximum)s characters. In full: %(subject)s"
    ),
    RemarkCode.HTML_CUT: _("The formatted text is too long. The rest of it was left out."),
    RemarkCode.CHARACTERS_REMOVED: _("Characters that cannot be shown were removed."),
    RemarkCode.EMPTY: _("The email has no readable content."),
    RemarkCode.FILE_DAMAGED: _("The attachment “%(name)s” is damaged."),
    RemarkCode.FILE_NAME_CUT: _(
        "The name of the attachment “%(name)s” was too long. In full: %(given)s"
    ),
    RemarkCode.FILE_NOT_FETCHED: _("The file “%(name)s” couldn't be fetched."),
    RemarkCode.FILE_TOO_LARGE: _(
        "The attachment “%(name)s” was left out because it is larger than %(maximum)s MiB."
    ),
    RemarkCode.FILES_TOO_LARGE: _(
        "The attachment “%(name)s” was left out because the attachments together are larger "
        "than %(maximum)s MiB."
    ),
    RemarkCode.TOO_MANY_FILES: ngettext_lazy(
        "%(count)s attachment was left out because the email has too many.",
        "%(count)s attachments were left out because the email has too many.",
        "count",
    ),
    RemarkCode.FILES_NOT_EXTRACTED: _(
        "The files inside “%(name)s” (an Outlook format) were not extracted."
    ),
    RemarkCode.SMIME_NOT_CHECKED: _(
        "The email is signed with S/MIME. Its signature was not checked."
    ),
    RemarkCode.SMIME_UNREADABLE: _(
        "The text of the email is inside “%(name)s” (S/MIME) and could not be read. Ask the sender "
        "to send it without encryption."
    ),
    RemarkCode.NO_SENDER: _("The email has no sender."),
    RemarkCode.SEVERAL_SENDERS: _(
        "The email lists more than one sender, so its sender is unknown."
    ),
    RemarkCode.UNCLEAR_SENDER: _("The sender's address could not be read reliably."),
    RemarkCode.REPEATED_SENDER: _("The email has more than one From header."),
    RemarkCode.CC_NOT_ADDED: _("In CC, but not added as followers: %(addresses)s"),
    RemarkCode.CC_NOT_SHOWN: ngettext_lazy(
        "%(count)s more CC address is shown only in the original email.",
        "%(count)s more CC addresses are shown only in the original email.",
        "count",
    ),
    RemarkCode.SENDER_NAME_CUT: _(
        "The sender's name is longer than %(maximum)s characters. In full: %(name)s"
    ),
    RemarkCode.INVALID_REPLY_ADDRESS: _("It was sent to an invalid reply address."),
    RemarkCode.SENT_TO_SEVERAL: _("It was sent to several of your mailboxes: %(addresses)s"),
    RemarkCode.RELAYED: _(
        "It was sent through %(address)s, which replaced the sender's address. The sender is "
        "unverified."
    ),
    RemarkCode.NO_VERDICT: _(
        "The sender is unverified: no SPF, DKIM or DMARC result confirms that %(domain)s sent "
        "this email."
    ),
    RemarkCode.REPLY_TO: _("The email asks for replies to %(address)s."),
    RemarkCode.NO_TEXT: _("The message has no text."),
    RemarkCode.EDITED: _("The author edited this message. It now reads: %(text)s"),
    RemarkCode.DELETED: _("The author deleted this message on the channel. A copy is kept here."),
    RemarkCode.CALL_LASTED: ngettext_lazy(
        "The call lasted %(count)s minute.", "The call lasted %(count)s minutes.", "count"
    ),
    RemarkCode.MORE: ngettext_lazy(
        "%(count)s more problem was found in this email.",
        "%(count)s more problems were found in this email.",
        "count",
    ),
}


def describe_remark(stored: Mapping[str, Any]) -> str:
    """Return the sentence for a stored remark in the active language.

    A code that this version does not know is returned unchanged: during an upgrade a newer worker
    may have stored it.
    """
    code, parameters = str(stored.get("code", "")), dict(stored)
    sentence = _SENTENCES.get(code)
    if sentence is None:
        return code
    if "maximum" in parameters:
        parameters["maximum"] = number_format(parameters["maximum"], force_grouping=True)
    return fill_sentence(sentence, parameters, code=code)
