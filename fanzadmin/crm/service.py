"""CreatorCRM's verbs."""

from fanzadmin.crm.activity.service import restate
from fanzadmin.crm.creators.figures import count
from fanzadmin.crm.creators.models import CreatorState, Tier
from fanzadmin.crm.creators.queries import NoSuchCreator
from fanzadmin.crm.creators.service import (
    HandleRefused,
    HandleTaken,
    LoginTaken,
    NoSuchLogin,
    NotReadyToPublish,
    PriceRefused,
    ProfileIncomplete,
    WrongState,
    apply_creator,
    begin_onboarding,
    give_login,
    offboard_creator,
    onboard_creator,
    reinstate_creator,
    suspend_creator,
    update_profile,
)
from fanzadmin.crm.fans.service import (
    FanNameless,
    NoSuchCountry,
    NoSuchFan,
    TagRefused,
    TooManyTags,
    describe_fan,
    describe_fans,
    register_fan,
)
from fanzadmin.crm.notes.service import (
    NoSuchNote,
    NoteEmpty,
    OneSubject,
    add_note,
    add_note_about,
    change_note,
    remove_note,
)
from fanzadmin.crm.timeline.models import Subject

__all__ = [
    "CreatorState", "FanNameless", "HandleRefused", "HandleTaken", "LoginTaken", "NoSuchCountry", "NoSuchCreator",
    "NoSuchFan", "NoSuchLogin", "NoSuchNote", "NotReadyToPublish", "NoteEmpty", "OneSubject", "PriceRefused",
    "ProfileIncomplete", "Subject", "TagRefused", "Tier", "TooManyTags", "WrongState", "add_note", "add_note_about",
    "apply_creator", "begin_onboarding", "change_note", "count", "describe_fan", "describe_fans",
    "give_login", "offboard_creator", "onboard_creator", "register_fan", "reinstate_creator", "remove_note",
    "restate", "suspend_creator", "update_profile",
]  # fmt: skip
