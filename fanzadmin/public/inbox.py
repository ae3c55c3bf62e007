"""What waits for the current user on every page: the unread conversations of a fan or a creator."""

from dataclasses import dataclass

from flask import Flask, g

from fanzadmin.chat import queries as chat
from fanzadmin.contracts.crm import People
from fanzadmin.kernel.ports import ask
from security.identity import person


@dataclass(frozen=True, slots=True)
class Inbox:
    """`home` and `messages` are the user's own pages."""

    is_fan: bool
    home: str
    messages: str
    unread: int


def own_inbox() -> Inbox | None:
    """Of the current fan or creator, counted once a request; None for everybody else."""
    if "inbox" not in g:
        g.inbox = _inbox()
    inbox: Inbox | None = g.inbox
    return inbox


def install(app: Flask) -> None:
    """Let every public page show it."""
    app.jinja_env.globals["own_inbox"] = own_inbox


def _inbox() -> Inbox | None:
    user = person()
    if user is None:
        return None
    if ask(People).fan_of_user(user.user_id) is not None:
        return Inbox(True, "/feed", "/messages", chat.unread_conversations(user))
    if ask(People).creator_of_user(user.user_id) is not None:
        return Inbox(False, "/portal/", "/portal/messages", chat.unread_conversations(user))
    return None
