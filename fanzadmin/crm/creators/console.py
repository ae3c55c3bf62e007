"""Consoles of creators and their figures."""

from typing import Any

from flask_babel import lazy_gettext, lazy_pgettext
from wtforms import SelectField, StringField, TextAreaField

from fanzadmin.console import Board, Card, Console, Datamodel, Menu, Reason, Text, Verb
from fanzadmin.console.rendering.cells import avatar, money
from fanzadmin.crm import TITLE
from fanzadmin.crm.creators import service
from fanzadmin.crm.creators.models import Creator, CreatorDay, CreatorNumbers, CreatorState, Tier
from fanzadmin.crm.timeline.chronicle import CrmTimeline
from security.clusters import clusters

TIERS = {
    Tier.STARTER.value: lazy_gettext("Starter"),
    Tier.RISING.value: lazy_gettext("Rising"),
    Tier.STAR.value: lazy_gettext("Star"),
}


def cluster_choices() -> list[tuple[str, str]]:
    return [(cluster.key, f"{cluster.name} ({cluster.currency})") for cluster in clusters()]


class CrmCreatorConsole(Console):
    datamodel = Datamodel(Creator)
    resource = "crm:creator"
    menu = Menu(TITLE, "Creators", "star")
    children = ("CrmNoteConsole",)
    chronicle = CrmTimeline()
    search = ("name", "handle")
    list_title, show_title, add_title, edit_title = "Creators", "Creator", "New application", "Edit creator"
    list_columns = [
        "name", "state", "tier", "brand.name", "numbers.subscribers", "numbers.published", "numbers.gross_minor", "joined_at",
    ]  # fmt: skip
    show_fieldsets = [
        (
            "Creator",
            {"fields": ["name", "handle", "about", "state", "state_reason", "tier", "brand", "joined_at"]},
        ),
        (
            "Contract",
            {
                "fields": [
                    "legal_name",
                    "email",
                    "subscription_minor",
                    "login_name",
                    "manager",
                    "created_at",
                    "id",
                ]
            },
        ),
    ]
    add_columns = ["handle", "cluster", "name", "email", "legal_name", "about", "subscription_minor"]
    edit_columns = ["name", "legal_name", "email", "about", "tier", "subscription_minor", "login_name"]
    search_columns = [
        "name",
        "handle",
        "state",
        "tier",
        "cluster",
        "joined_at",
        "subscription_minor",
        "created_at",
    ]
    label_columns = {
        "brand.name": "Cluster",
        "brand": "Cluster",
        "numbers.subscribers": "Subscribers",
        "numbers.published": "Published",
        "numbers.gross_minor": "Gross",
        "created_at": lazy_pgettext("to become a creator", "Applied"),
        "login_name": "Login",
    }
    description_columns = {
        "handle": "The name in addresses, such as /@mia. It cannot be changed later.",
        "subscription_minor": "In the smallest unit of the cluster's currency: 999 is 9.99.",
    }
    add_form_extra_fields = {
        "cluster": SelectField(lazy_gettext("Cluster"), choices=cluster_choices),
        "legal_name": StringField(
            lazy_gettext("Legal name"),
            description=lazy_gettext("For the contract; nobody outside the team sees it."),
        ),
        "about": TextAreaField(lazy_gettext("About")),
    }
    edit_form_extra_fields = {
        "legal_name": StringField(
            lazy_gettext("Legal name"),
            description=lazy_gettext("For the contract; nobody outside the team sees it."),
        ),
        "about": TextAreaField(lazy_gettext("About")),
        "tier": SelectField(lazy_gettext("Tier"), choices=list(TIERS.items())),
        "login_name": StringField(
            lazy_gettext("Login"), description=lazy_gettext("The user name she or he signs in with.")
        ),
    }
    board = Board(
        "state",
        states=CreatorState,
        title="name",
        fields=("brand.name", "tier", "numbers.subscribers", "numbers.gross_minor"),
        moves={
            "onboarding": {"applied": "begin"},
            "active": {"applied": "onboard", "onboarding": "onboard", "suspended": "reinstate"},
            "suspended": {"active": "suspend"},
        },
    )
    cards = (
        Card("Applications", q="state:any:applied", icon="inbox", waits="onboard"),
        Card("Waiting longest", q="state:any:applied", oldest="created_at", icon="clock"),
        Card("May publish", q="state:any:active", icon="check-circle"),
        Card("Joined", since="joined_at", days=30, good_when="up", icon="star"),
    )
    base_order = ("created_at", "desc")
    formatters_columns = {
        "name": avatar(note="handle"),
        "numbers.gross_minor": money("numbers.gross_minor", "brand.currency"),
    }

    @staticmethod
    def create_with(**values: Any) -> None:
        service.apply_creator(values.pop("handle"), **values)

    @staticmethod
    def update_with(item: Creator, *, login_name: str, **values: Any) -> None:
        service.update_profile(item.id, **values)
        if login_name:
            service.give_login(item.id, username=login_name)

    verbs = (
        Verb(
            "begin",
            service.begin_onboarding,
            label="Begin onboarding",
            done="Onboarding begun",
            icon="edit",
            confirm="Take these applications on? You are their manager until another one is assigned.",
            when={"state": (CreatorState.APPLIED,)},
        ),
        Verb(
            "assign",
            service.assign_manager,
            label="Assign a manager",
            done="Assigned",
            icon="user",
            asks=Text(
                "username",
                lazy_gettext("Manager"),
                hint=lazy_gettext("The user name of a colleague who manages creators."),
            ),
            when={"state": {*CreatorState} - {CreatorState.OFFBOARDED}},
        ),
        Verb(
            "onboard",
            service.onboard_creator,
            label="Onboard",
            done="Onboarded",
            icon="check",
            confirm="Let these creators publish?",
            when={"state": (CreatorState.APPLIED, CreatorState.ONBOARDING)},
        ),
        Verb(
            "suspend",
            service.suspend_creator,
            label="Suspend",
            done="Suspended",
            icon="lock",
            confirm="Keep these creators from publishing?",
            asks=Reason(),
            when={"state": (CreatorState.ACTIVE,)},
        ),
        Verb(
            "reinstate",
            service.reinstate_creator,
            label="Reinstate",
            done="Reinstated",
            icon="play",
            confirm="Let these creators publish again?",
            when={"state": (CreatorState.SUSPENDED,)},
        ),
        Verb(
            "offboard",
            service.offboard_creator,
            label="Offboard",
            done="Offboarded",
            icon="close",
            confirm="End these creators' time here for good? Nothing of theirs is offered any more, and every subscription ends.",
            asks=Reason(),
            when={"state": {*CreatorState} - {CreatorState.OFFBOARDED}},
        ),
    )


class CrmNumbersConsole(Console):
    datamodel = Datamodel(CreatorNumbers)
    resource = "crm:creator"
    rest_name = "figures"
    menu = Menu(TITLE, "Figures", "graph")
    read_only = True
    list_title, show_title = "Creators' figures", "Figures"
    list_columns = [
        "creator.name", "subscribers", "published", "likes", "comments", "messages", "clicks", "unlocks", "gross_minor",
        "earned_minor",
    ]  # fmt: skip
    show_columns = [
        *list_columns, "assets", "followers", "shares", "tips", "suggestions_accepted", "paid_out_minor", "cluster",
        "updated_at",
    ]  # fmt: skip
    search_columns = [
        "cluster",
        "subscribers",
        "published",
        "likes",
        "gross_minor",
        "earned_minor",
        "updated_at",
    ]
    label_columns = {
        "creator.name": "Creator",
    }
    base_order = ("gross_minor", "desc")
    formatters_columns = {
        "creator.name": avatar(note="creator.handle"),
    }


class CrmDayConsole(Console):
    datamodel = Datamodel(CreatorDay)
    resource = "crm:creator"
    menu = Menu(TITLE, "Days", "calendar")
    read_only = True
    list_title, show_title = "Creators' days", "Day"
    list_columns = [
        "day", "creator.name", "published", "started", "ended", "likes", "comments", "messages", "clicks", "gross_minor",
        "earned_minor", "cluster",
    ]  # fmt: skip
    show_columns = list_columns
    search_columns = [
        "day",
        "creator",
        "cluster",
        "published",
        "started",
        "ended",
        "gross_minor",
        "earned_minor",
    ]
    label_columns = {
        "creator.name": "Creator",
    }
    base_order = ("day", "desc")
