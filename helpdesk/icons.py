"""Which icon stands for what. Names are heroicons' own; the few shapes that it lacks are drawn here, 16 by 16."""

CHANNEL_ICONS = {
    "email": "envelope",
    "web": "globe-alt",
    "phone": "phone",
    "chat": "chat-bubble-left-right",
    "api": "code-bracket",
    "agent": "pencil-square",
}

_RING = '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.5"/>'
_BARS = (
    '<rect x="2" y="9.5" width="3" height="4.5" rx="1"{0}/><rect x="6.5" y="6" width="3" height="8" rx="1"{1}/>'
    '<rect x="11" y="2" width="3" height="12" rx="1"{2}/>'
)
_FAINT = ' opacity=".3"'

DRAWN_SYMBOLS = {
    "channel-facebook": (
        '<path d="M3.75 1.5h8.5c1.24 0 2.25 1 2.25 2.25v8.5c0 1.24-1 2.25-2.25 2.25H10.5V9.8h1.55l.3-1.9H10.5V6.75'
        "c0-.6.3-1 1.05-1h.9V4.1s-.75-.13-1.45-.13c-1.5 0-2.45.9-2.45 2.55V7.9H6.8v1.9h1.75v4.7h-4.8"
        'c-1.24 0-2.25-1-2.25-2.25v-8.5c0-1.24 1-2.25 2.25-2.25Z"/>'
    ),
    "channel-twitter": (
        '<path d="M2 2h3.9l2.9 4L12.3 2h1.5L9.5 7l4.7 7h-3.9L7.1 9.6 3.3 14H1.8l4.6-5.4L2 2Zm2.2 1.2 6.8 9.6h.9'
        'L5.1 3.2h-.9Z" fill-rule="evenodd"/>'
    ),
    "status-open": _RING,
    "status-investigating": _RING + '<path d="M8 4.5a3.5 3.5 0 0 1 0 7Z"/>',
    "status-waiting": (
        '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.5"'
        ' stroke-dasharray="2.2 1.41"/><path d="M6.1 5.75h1.3v4.5H6.1zm2.5 0h1.3v4.5H8.6z"/>'
    ),
    "status-escalated": '<path d="M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5Zm0 2.7L4.9 8.1h2.1v3.3h2V8.1h2.1Z"'
    ' fill-rule="evenodd"/>',
    "status-closed": (
        '<path d="M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5Zm2.9 3.9L7.1 9.4 5.2 7.5 4.2 8.5l2.9 2.9'
        ' 4.8-4.7Z" fill-rule="evenodd"/>'
    ),
    "priority-1": (
        '<path d="M4 1.5h8A2.5 2.5 0 0 1 14.5 4v8a2.5 2.5 0 0 1-2.5 2.5H4A2.5 2.5 0 0 1 1.5 12V4A2.5 2.5 0 0 1 4 1.5Z'
        'M7.1 4l.2 5h1.4l.2-5Zm.9 6.2a.95.95 0 1 0 0 1.9.95.95 0 0 0 0-1.9Z" fill-rule="evenodd"/>'
    ),
    "priority-2": _BARS.format("", "", ""),
    "priority-3": _BARS.format("", "", _FAINT),
    "priority-4": _BARS.format("", _FAINT, _FAINT),
    "lock": (
        '<path d="M8 1.25A3.25 3.25 0 0 0 4.75 4.5v2H4A1.5 1.5 0 0 0 2.5 8v5A1.5 1.5 0 0 0 4 14.5h8a1.5 1.5 0 0 0'
        ' 1.5-1.5V8A1.5 1.5 0 0 0 12 6.5h-.75v-2A3.25 3.25 0 0 0 8 1.25Zm1.75 5.25v-2a1.75 1.75 0 0 0-3.5 0v2Z"'
        ' fill-rule="evenodd"/>'
    ),
}
