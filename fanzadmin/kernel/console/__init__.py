"""Consoles: the staff's pages over every table. A console declares; services decide."""

from flask_appbuilder.actions import action

from fanzadmin.kernel.console.base import Console, Menu
from fanzadmin.kernel.console.datamodel import Datamodel

__all__ = ["Console", "Datamodel", "Menu", "action"]
