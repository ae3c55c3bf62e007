"""Consoles of notes."""

from typing import Any

from fanzadmin.console import Console, Datamodel, Menu
from fanzadmin.crm import TITLE
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.notes import service
from fanzadmin.crm.notes.models import Note


class CrmNoteConsole(Console):
    datamodel = Datamodel(Note)
    resource = "crm:note"
    menu = Menu(TITLE, "Notes", "edit")
    search = ("body",)
    may_delete = True
    list_title, show_title, add_title, edit_title = "Notes", "Note", "New note", "Edit note"
    list_columns = ["body", "creator.name", "fan.name", "author", "pinned", "created_at"]
    show_columns = ["body", "creator", "fan", "author", "pinned", "cluster", "created_at"]
    add_columns = ["creator", "fan", "body", "pinned"]
    edit_columns = ["body", "pinned"]
    search_columns = ["body", "creator", "fan", "author", "pinned", "cluster", "created_at"]
    label_columns = {
        "creator.name": "Creator",
        "fan.name": "Fan",
    }
    description_columns = {"creator": "Choose a creator or a fan, not both."}
    base_order = ("created_at", "desc")

    @staticmethod
    def create_with(*, creator: Creator | None, fan: Fan | None, **values: Any) -> None:
        service.add_note_about(creator_id=creator and creator.id, fan_id=fan and fan.id, **values)

    @staticmethod
    def update_with(item: Note, **values: Any) -> None:
        service.change_note(item.id, **values)

    @staticmethod
    def delete_with(item: Note) -> None:
        service.remove_note(item.id)
