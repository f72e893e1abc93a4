"""What people do on Facebook and Instagram, as the playground offers it."""

from __future__ import annotations

from helpdesk.demo.vendors.contract import Play, PlayField

NAME = PlayField("name", "Name", initial="Rosa Marques")

PLAYS = (
    Play(
        "message",
        "Write a message",
        (NAME, PlayField("text", "Message", "text", "Hello! My contract hasn't been signed yet.")),
    ),
    Play("like", "Send a thumbs-up", (NAME,)),
    Play("photo", "Send a photo", (NAME, PlayField("text", "Message", initial="It looks so."))),
    Play(
        "comment",
        "Write a comment",
        (NAME, PlayField("text", "Comment", "text", "Your app has been down since this morning.")),
    ),
    Play(
        "edit",
        "Edit the last message or comment",
        (NAME, PlayField("text", "New text", "text", "Your app works again. Thank you!")),
    ),
    Play("delete", "Delete the last message or comment", (NAME,)),
    Play("read", "Read the replies", (NAME,)),
    Play("delivered", "Receive the replies", (NAME,)),
    Play(
        "echo",
        "Reply on Facebook or Instagram itself",
        (NAME, PlayField("text", "Reply", "text", "We wrote you an email about it.")),
    ),
    Play("block", "Block the page", (NAME,)),
)
