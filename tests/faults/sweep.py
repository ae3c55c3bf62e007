"""The nightly sweep of a platform's storage, without the hours of grace. A program of its own."""

from __future__ import annotations

from datetime import timedelta

from config import Config
from fanzadmin.app import create_app
from fanzadmin.kernel.db import transaction
from fanzadmin.media import service
from fanzadmin.runtime.embedded import running_or_started

if __name__ == "__main__":
    with (
        running_or_started(Config.from_env()) as config,
        create_app(config, role="worker").app_context(),
        transaction(),
    ):
        service.sweep_storage(grace=timedelta(0))
