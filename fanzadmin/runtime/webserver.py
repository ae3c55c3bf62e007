"""The role `web`: gunicorn with gevent workers. Imports nothing of the platform: each worker patches the
standard library first and loads the application after."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from config import Config
from fanzadmin.kernel import heartbeat
from fanzadmin.runtime.doorman import announce
from fanzadmin.runtime.supervisor import SERVING

GRACEFUL_SECONDS = 5
COLLECT_AFTER = (20_000, 20, 20)  # new objects, and then collections of the younger generation


class WebServer(BaseApplication):
    """`load` runs in the worker, after gunicorn's gevent worker has patched the standard library."""

    def __init__(self, config: Config, make_app: Callable[[], Any], *, fd: int | None = None) -> None:
        self.config, self.fd = config, fd
        self.make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"fd://{self.fd}"
            if self.fd is not None
            else f"{self.config.web.host}:{self.config.web.port}",
            "workers": self.config.web.workers,
            "worker_class": "gevent",
            "worker_connections": 2000,
            "keepalive": 75,
            "limit_request_line": 8190,  # the most gunicorn allows: an upload's caption travels in the query
            "timeout": 30,  # seconds without a sign of life, after which a worker is replaced
            "graceful_timeout": GRACEFUL_SECONDS,
            "reuse_port": False,
            "loglevel": self.config.runtime.log_level.lower(),
            "accesslog": None,
            "errorlog": "-",
            "forwarded_allow_ips": "",  # only TRUSTED_PROXIES says whom to believe (kernel/web/proxies.py)
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,  # its one path in the home directory is shared by all copies
            "proc_name": "fanz-web",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # a WSGI callable
        from fanzadmin.kernel.db_limits import wait_with_gevent  # noqa: PLC0415  after the standard library is patched

        wait_with_gevent()
        application = self.make_app()
        spare_the_settled()
        if self.fd is not None:
            announce(self.config.runtime.var / "run" / SERVING)
        return application

    def run(self) -> None:
        Master(self).run()


class Master(Arbiter):
    """gunicorn's, with signs of life."""

    def murder_workers(self) -> None:
        heartbeat.beat(within=60)
        super().murder_workers()


def spare_the_settled() -> None:
    """Keep the garbage collector away from what lives as long as the process (a million objects), and let it look at the
    requests' own less often than after every 700: nearly all of them are freed by their counts."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def serve(config: Config, make_app: Callable[[], Any], *, fd: int | None = None) -> None:
    """Runs until SIGTERM, on the listener `fd` where the supervisor holds it. `make_app` must import the application itself,
    not close over it."""
    WebServer(config, make_app, fd=fd).run()
