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
    NoSuchManager,
    NotReadyToPublish,
    PriceRefused,
    ProfileIncomplete,
    WrongState,
    apply_creator,
    assign_manager,
    begin_onboarding,
    give_login,
    offboard_creator,
    onboard_creator,
    reinstate_creator,
    suspend_creator,
    update_profile,
)
from fanzadmin.crm.fans.service import (
    TERMS,
    FanNameless,
    NoSuchCountry,
    NoSuchFan,
    OnlyAdults,
    SignUp,
    TagRefused,
    TermsNotAccepted,
    TooManyTags,
    describe_fan,
    describe_fans,
    register_fan,
    sign_up,
    tag_fan,
    untag_fan,
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
    "TERMS", "CreatorState", "FanNameless", "HandleRefused", "HandleTaken", "LoginTaken", "NoSuchCountry", "NoSuchCreator",
    "NoSuchFan", "NoSuchLogin", "NoSuchManager", "NoSuchNote", "NotReadyToPublish", "NoteEmpty", "OneSubject", "OnlyAdults", "PriceRefused",
    "ProfileIncomplete", "SignUp", "Subject", "TagRefused", "TermsNotAccepted", "Tier", "TooManyTags", "WrongState", "add_note", "add_note_about",
    "apply_creator", "assign_manager", "begin_onboarding", "change_note", "count", "describe_fan", "describe_fans",
    "give_login", "offboard_creator", "onboard_creator", "register_fan", "reinstate_creator", "remove_note",
    "restate", "sign_up", "suspend_creator", "tag_fan", "untag_fan", "update_profile",
]  # fmt: skip
