"""Consoles: the staff's pages over every table. A console declares; services decide."""

from flask_appbuilder.actions import action

from fanzadmin.kernel.console.approving import Approval
from fanzadmin.kernel.console.base import Console, Menu
from fanzadmin.kernel.console.datamodel import Datamodel
from fanzadmin.kernel.console.guarding import Hidden, Masked, Open, ReadOnly, Rows

__all__ = [
    "Approval",
    "Console",
    "Datamodel",
    "Hidden",
    "Masked",
    "Menu",
    "Open",
    "ReadOnly",
    "Rows",
    "action",
]
