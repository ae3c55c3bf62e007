"""Consoles: the staff's pages over every table. A console declares; services decide."""

from flask_appbuilder.actions import action

from fanzadmin.kernel.console.approving import Approval
from fanzadmin.kernel.console.base import Console, Menu
from fanzadmin.kernel.console.board import BY_EDIT, Board
from fanzadmin.kernel.console.calendar import Calendar
from fanzadmin.kernel.console.cards import Card
from fanzadmin.kernel.console.datamodel import Datamodel
from fanzadmin.kernel.console.gallery import Gallery, Picture
from fanzadmin.kernel.console.guarding import Hidden, Masked, Open, ReadOnly, Rows

__all__ = [
    "BY_EDIT",
    "Approval",
    "Board",
    "Calendar",
    "Card",
    "Console",
    "Datamodel",
    "Gallery",
    "Hidden",
    "Masked",
    "Menu",
    "Open",
    "Picture",
    "ReadOnly",
    "Rows",
    "action",
]
