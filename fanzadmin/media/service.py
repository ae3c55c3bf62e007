"""The verbs of MediaCore; the only writer of its tables."""

from fanzadmin.contracts.media import Viewer
from fanzadmin.media.assets.details import MomentRefused, PriceRefused, UploadRefused
from fanzadmin.media.assets.queries import NoSuchAsset
from fanzadmin.media.assets.service import (
    apply_suggestion,
    asset_of,
    describe,
    lock_asset,
)
from fanzadmin.media.assets.signed_urls import LinkRefused, picture_url
from fanzadmin.media.editing.service import Change, NotChangeable, change_asset, problems_of
from fanzadmin.media.encodes.service import (
    NotBeingProcessed,
    NothingToRetry,
    cancel,
    encode,
    encoding_failed,
    retry,
)
from fanzadmin.media.playback.service import (
    NoSuchFile,
    NotForYou,
    NotReady,
    PictureLink,
    Playback,
    ServedFile,
    find_file,
    grant_playback,
)
from fanzadmin.media.publishing.plans import AlreadyPublished, default_announce, set_default_announce
from fanzadmin.media.publishing.service import (
    AlreadyWithdrawn,
    hold,
    is_published,
    publish_if_due,
    publish_scheduled,
    release,
    withdraw,
)
from fanzadmin.media.scanning.service import (
    accept_clean_copy,
    mark_scanning,
    mark_unscannable,
    quarantine,
    refuse,
    restart_scan,
)
from fanzadmin.media.sweeping.service import GRACE, Swept, sweep_storage
from fanzadmin.media.uploads.service import (
    CreatorMayNot,
    EmptyUpload,
    KeyReused,
    Received,
    Upload,
    UploadBroken,
    UploadTooLarge,
    UploadTooSlow,
    receive_upload,
)

__all__ = [
    "GRACE",
    "AlreadyPublished",
    "AlreadyWithdrawn",
    "Change",
    "CreatorMayNot",
    "EmptyUpload",
    "KeyReused",
    "LinkRefused",
    "MomentRefused",
    "NoSuchAsset",
    "NoSuchFile",
    "NotBeingProcessed",
    "NotChangeable",
    "NotForYou",
    "NotReady",
    "NothingToRetry",
    "PictureLink",
    "Playback",
    "PriceRefused",
    "Received",
    "ServedFile",
    "Swept",
    "Upload",
    "UploadBroken",
    "UploadRefused",
    "UploadTooLarge",
    "UploadTooSlow",
    "Viewer",
    "accept_clean_copy",
    "apply_suggestion",
    "asset_of",
    "cancel",
    "change_asset",
    "default_announce",
    "describe",
    "encode",
    "encoding_failed",
    "find_file",
    "grant_playback",
    "hold",
    "is_published",
    "lock_asset",
    "mark_scanning",
    "mark_unscannable",
    "picture_url",
    "problems_of",
    "publish_if_due",
    "publish_scheduled",
    "quarantine",
    "receive_upload",
    "refuse",
    "release",
    "restart_scan",
    "retry",
    "set_default_announce",
    "sweep_storage",
    "withdraw",
]
