"""Everything that draws a list otherwise than as a table: board, calendar, gallery, map, and the cards above it."""

from fanzadmin.console.views.board import Boards
from fanzadmin.console.views.cards import NumberCards
from fanzadmin.console.views.worldmap import Maps


class Viewing(Maps, Boards, NumberCards):
    """Maps adds its view to those that Views declares, and so stands before Boards."""
