"""FanzGPT's verbs."""

from fanzadmin.gpt.models import Kind, SuggestionState
from fanzadmin.gpt.service.history import (
    count_for_asset,
    count_for_post,
    remember_post,
    remember_publication,
    remember_upload,
)
from fanzadmin.gpt.service.suggesting import (
    AccountNotActive,
    AlreadyDecided,
    NoSuchSuggestion,
    NothingToAccept,
    accept_suggestion,
    ask_for_missing_suggestions,
    ask_for_suggestions,
    dismiss_suggestion,
    suggest,
    take_offers_back,
)

__all__ = [
    "AccountNotActive",
    "AlreadyDecided",
    "Kind",
    "NoSuchSuggestion",
    "NothingToAccept",
    "SuggestionState",
    "accept_suggestion",
    "ask_for_missing_suggestions",
    "ask_for_suggestions",
    "count_for_asset",
    "count_for_post",
    "dismiss_suggestion",
    "remember_post",
    "remember_publication",
    "remember_upload",
    "suggest",
    "take_offers_back",
]
