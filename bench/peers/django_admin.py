"""Django's admin over the same tables, as a superuser."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

from bench.peers import cases
from bench.peers.measure import run

STATEMENTS: list[str] = []
LIST = "/admin/django_app/fan/"


def peer(database_url: str, rows: int) -> Any:
    _configure(database_url)
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS django")
    call_command("migrate", verbosity=0, interactive=False)
    users: Any = get_user_model().objects
    user = users.filter(username="bench").first() or users.create_superuser(
        "bench", "bench@example.test", "bench"
    )
    client = Client()
    client.force_login(user)
    connection.execute_wrappers.append(_note)

    def get(address: str) -> tuple[int, bytes]:
        answer = client.get(address)
        return answer.status_code, answer.content

    pages = rows // cases.PAGE
    return get, {
        cases.FIRST: LIST,
        cases.DEEP: f"{LIST}?p={pages // 2}",
        cases.LAST: f"{LIST}?p={pages}",
        cases.TEXT: f"{LIST}?q={cases.SURNAME}",
        cases.FREQUENT: f"{LIST}?q={cases.FIRST_NAME}",
        cases.RELATION: f"{LIST}?brand__key__exact={cases.CLUSTER}",
        cases.SORT: f"{LIST}?o=-4",
        cases.SORT_DEEP: f"{LIST}?o=-4&p={pages // 2}",
        cases.ADD: "/admin/django_app/note/add/",
    }


def _note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    STATEMENTS.append(sql)
    return execute(sql, params, many, context)


def _configure(database_url: str) -> None:
    address = urlsplit(database_url)
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="bench.peers.django_urls",
        STATIC_URL="/static/",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "bench.peers.django_app",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": address.path.lstrip("/"),
                "USER": address.username,
                "PASSWORD": unquote(address.password or ""),
                "HOST": address.hostname,
                "PORT": address.port,
                "CONN_MAX_AGE": None,
                "OPTIONS": {"options": "-c search_path=django,crm,security"},
            }
        },
    )
    django.setup()


if __name__ == "__main__":
    run(peer, STATEMENTS)
