"""The composition root: what the platform is made of, as a list."""

from typing import TYPE_CHECKING

from flask import Flask
from flask_appbuilder import AppBuilder

import security.audit  # noqa: F401  the audit listens to every flush
from config import Config
from fanzadmin import operations, portal, public
from fanzadmin.biolink.system import SYSTEM as BIOLINK
from fanzadmin.chat.system import SYSTEM as CHAT
from fanzadmin.compliance.system import SYSTEM as COMPLIANCE
from fanzadmin.console import navigation
from fanzadmin.console.rendering.references import name_by
from fanzadmin.console.rendering.tones import declare_tones
from fanzadmin.console.rest.install import install_all
from fanzadmin.crm.system import SYSTEM as CRM
from fanzadmin.finance.service import use_processor
from fanzadmin.finance.system import SYSTEM as FINANCE
from fanzadmin.gpt.system import SYSTEM as GPT
from fanzadmin.kernel import cache, db, health, queue, storage
from fanzadmin.kernel.i18n.languages import LANGUAGES
from fanzadmin.kernel.ports import provide
from fanzadmin.kernel.system import System
from fanzadmin.kernel.web import compression, intake, problems, proxies, realtime, request_end
from fanzadmin.kernel.web.lazy_rules import LazyRule
from fanzadmin.kernel.web.rest import Api
from fanzadmin.media.system import SYSTEM as MEDIA
from fanzadmin.shield.system import SYSTEM as SHIELD
from fanzadmin.social.system import SYSTEM as SOCIAL
from security import crypto, csrf, grants, headers, identity, rbac, staff
from security.home import HomeView
from security.manager import FanzSecurityManager
from security.sockets import LiveNamespace
from security.tokens import tokens

# How long a statement of a role may take; a migration, a demo and a backup take as long as they take.
STATEMENT_SECONDS = {"web": 30.0, "events": 60.0, "scheduler": 60.0, "worker": 4 * 3600.0}
if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SYSTEMS: tuple[System, ...] = (CRM, MEDIA, SOCIAL, CHAT, BIOLINK, FINANCE, GPT, COMPLIANCE, SHIELD)


def create_app(config: Config, *, role: str = "web") -> Flask:
    """The whole platform as one Flask application. `role` `web` serves; the others only use the systems."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.from_mapping(flask_settings(config))
    app.config["FANZ"] = config
    app.url_rule_class = LazyRule
    surround(app, proxies.trusting(app.wsgi_app, config.web.trusted_proxies))
    connect(config, role=role)
    with app.app_context():
        assemble(app, role=role)
    if role == "web":
        serve_boards(app)
        serve_sockets(app, config)
    surround(app, proxies.ForgetForwarded(app.wsgi_app, proxies=config.web.trusted_proxies))
    return app


def surround(app: Flask, application: "WSGIApplication") -> None:
    """Serve `application`, which calls the platform's own."""
    app.wsgi_app = application  # type: ignore[method-assign, assignment]


def assemble(app: Flask, *, role: str) -> None:
    """Put the parts together; the order of the request hooks is the order of these lines."""
    intake.install(app)
    compression.install(app)
    health.install(app, nats_url=app.config["FANZ"].nats.url)
    request_end.install(app)
    AppBuilder(
        app,
        db.session,
        indexview=HomeView,
        base_template="layouts/shell.html",
        security_manager_class=FanzSecurityManager,
        static_folder=None,  # no page of ours uses Flask-AppBuilder's files
        update_perms=False,
    )
    csrf.install(app)
    identity.install(app)
    staff.install()
    headers.install(app)
    navigation.install(
        app, systems=[(system.title, system.consoles) for system in (*SYSTEMS, operations.SYSTEM)]
    )
    api = Api(app)
    request_end.install_handlers(app)
    problems.install(app)
    api.register_blueprint(tokens)
    for system in (*SYSTEMS, operations.SYSTEM):
        install(app, api, system)
    if role == "web":
        install_all(api, app.url_map.iter_rules())
    operations.install(app)
    portal.install(app)
    public.install(app)
    rbac.install(system.rights for system in (*SYSTEMS, operations.SYSTEM))


def connect(config: Config, *, role: str) -> None:
    """Bind this process to its database, queue, storage and live channel."""
    db.connect(
        config.database.url,
        pool_size=20 if role in {"web", "events"} else 5,
        pre_ping=role != "events",
        statement=STATEMENT_SECONDS.get(role),
        retry_for=0.8 if role == "web" else 0,
    )
    queue.connect(config.redis.url, timeout=0.5 if role == "web" else None)
    grants.connect(config.redis.url)
    cache.connect(config.redis.url)
    storage.connect(config.storage.url)
    crypto.use_secret(config.security.secret_key)
    use_processor(config.payments.adapter)
    if role != "web":
        realtime.connect(config.redis.url)


def install(app: Flask, api: Api, system: System) -> None:
    """Wire one system: what it answers, its consoles, its APIs, its channels."""
    for protocol, answer in system.provides.items():
        provide(protocol, answer)
    for noun, (console, names) in system.names.items():
        name_by(noun, console, names)
    declare_tones(system.tones)
    for console in system.consoles:
        app.extensions["appbuilder"].add_view_no_menu(console)
    for blueprint in system.apis:
        api.register_blueprint(blueprint)


def serve_boards(app: Flask) -> None:
    """Serve the boards."""
    import dashboards  # noqa: PLC0415  Dash takes seconds to load, and only this role shows it

    with app.app_context():
        dashboards.install(app)


def serve_sockets(app: Flask, config: Config) -> None:
    """Serve Socket.IO from this process, joined to the others by Redis."""
    for channel in (LiveNamespace(), *(channel for system in SYSTEMS for channel in system.channels)):
        realtime.socketio.on_namespace(channel)
    realtime.socketio.init_app(
        app,
        async_mode=app.config["SOCKETIO_ASYNC_MODE"],
        transports=["websocket"],
        client_manager=realtime.HintManager(config.redis.url),
        manage_session=False,
    )
    realtime.serve_with(realtime.socketio)


def flask_settings(config: Config) -> dict[str, object]:
    """Flask's and its extensions' settings."""
    secure = config.web.base_url.startswith("https://")
    return {
        "APP_NAME": "FANZ Admin",
        "SECRET_KEY": config.security.secret_key,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "MAX_CONTENT_LENGTH": config.media.upload_max_bytes,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "JWT_SECRET_KEY": config.security.secret_key,
        "JWT_ACCESS_TOKEN_EXPIRES": 12 * 3600,
        "AUTH_TYPE": 1,
        "AUTH_ROLE_ADMIN": "Admin",
        "AUTH_ROLE_PUBLIC": "Public",
        "AUTH_RATE_LIMITED": False,
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_ADD_SECURITY_PERMISSION_VIEW": False,
        "FAB_ADD_SECURITY_VIEW_MENU_VIEW": False,
        "FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW": False,
        "FAB_API_SWAGGER_UI": False,
        "FAB_ADD_MENU_API": False,
        "LANGUAGES": {code: {"flag": "", "name": name} for code, name in LANGUAGES.items()},
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "API_TITLE": "FANZ Admin",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "SOCKETIO_ASYNC_MODE": "gevent",
    }
