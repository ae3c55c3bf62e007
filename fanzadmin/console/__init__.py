"""Consoles: the staff's pages over every table. A console declares; services decide."""

from fanzadmin.console.access.rules import Hidden, Masked, Open, ReadOnly, Rows
from fanzadmin.console.approvals.mixin import Approval
from fanzadmin.console.base import Console
from fanzadmin.console.contract import Menu
from fanzadmin.console.data.datamodel import Datamodel
from fanzadmin.console.verbs.questions import Choice, Day, Money, Reason, Text
from fanzadmin.console.verbs.verb import RECORD, Verb
from fanzadmin.console.views.board import BY_EDIT, Board
from fanzadmin.console.views.calendar import Calendar
from fanzadmin.console.views.cards import Card
from fanzadmin.console.views.gallery import Gallery, Picture

__all__ = [
    "BY_EDIT",
    "RECORD",
    "Approval",
    "Board",
    "Calendar",
    "Card",
    "Choice",
    "Console",
    "Datamodel",
    "Day",
    "Gallery",
    "Hidden",
    "Masked",
    "Menu",
    "Money",
    "Open",
    "Picture",
    "ReadOnly",
    "Reason",
    "Rows",
    "Text",
    "Verb",
]
