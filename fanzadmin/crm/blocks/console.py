"""Consoles of blocks: read only, a block belongs to who made it."""

from fanzadmin.console import Console, Datamodel, Menu
from fanzadmin.crm import TITLE
from fanzadmin.crm.blocks.models import Block


class CrmBlockConsole(Console):
    datamodel = Datamodel(Block)
    resource = "crm:block"
    menu = Menu(TITLE, "Blocks", "ban")
    read_only = True
    list_title, show_title = "Blocks", "Block"
    list_columns = ["created_at", "creator_id", "fan_id", "blocked_by", "cluster"]
    show_columns = ["created_at", "creator_id", "fan_id", "blocked_by", "cluster", "id"]
    search_columns = ["creator_id", "fan_id", "blocked_by", "cluster", "created_at"]
    base_order = ("created_at", "desc")
