"""Consoles: the staff's pages over every table. A console declares; services decide."""

from flask_appbuilder.actions import action

from fanzadmin.kernel.console.approving.ability import Approval
from fanzadmin.kernel.console.base import Console, Menu
from fanzadmin.kernel.console.datamodel import Datamodel
from fanzadmin.kernel.console.guarding.ability import Hidden, Masked, Open, ReadOnly, Rows
from fanzadmin.kernel.console.views.board import BY_EDIT, Board
from fanzadmin.kernel.console.views.calendar import Calendar
from fanzadmin.kernel.console.views.cards import Card
from fanzadmin.kernel.console.views.gallery import Gallery, Picture

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
