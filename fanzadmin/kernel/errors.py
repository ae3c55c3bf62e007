"""Business errors: a sentence for the user, RFC 9457 problem details for the program."""

import re
from collections.abc import Iterator
from inspect import cleandoc
from typing import ClassVar

from flask_babel import gettext

SHARED = ("fanzadmin", "tests")  # packages whose second part is the system


class BusinessError(Exception):
    """A rule of the business said no. Subclasses stand above the verb that raises them.

    `status` is the HTTP status, `title` names the kind, the message is one sentence for the user. A refusal that is a
    record itself (a declined payment) sets `keeps_work`: what was written before it is committed all the same.
    """

    status: ClassVar[int] = 409
    title: ClassVar[str] = "Not possible"
    keeps_work: ClassVar[bool] = False
    type: ClassVar[str] = "/problems/kernel/business-error"

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.type = f"/problems/{_system(cls.__module__)}/{_kebab(cls.__name__)}"

    def __init__(self, detail: str | None = None, **members: object) -> None:
        self.detail: str = detail or gettext(self.title)
        self.members = members
        super().__init__(self.detail)

    def problem(self) -> dict[str, object]:
        """The RFC 9457 problem details object."""
        return {
            "type": self.type,
            "title": gettext(self.title),
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }


def error_classes(base: type[BusinessError] = BusinessError) -> Iterator[type[BusinessError]]:
    """Every class of business error that is loaded, `base` first."""
    yield base
    for subclass in base.__subclasses__():
        yield from error_classes(subclass)


def meaning_of(error: type[BusinessError]) -> str:
    """What the class's own docstring says of the error, empty where it has none."""
    return cleandoc(vars(error).get("__doc__") or "")


def _system(module: str) -> str:
    """The part of the platform that a module belongs to: `fanzadmin.finance.service.payments` to `finance`."""
    top, _, rest = module.partition(".")
    return rest.split(".")[0] if top in SHARED and rest else top


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class NotFound(BusinessError):
    status = 404
    title = "Not found"


class Forbidden(BusinessError):
    status = 403
    title = "Not allowed"


class SignInNeeded(BusinessError):
    status = 401
    title = "Sign in first"


class Invalid(BusinessError):
    status = 422
    title = "The request does not make sense"


class InvalidFields(Invalid):
    """Fields of the request are missing, unknown or wrong; `errors` says which, by where they were read."""

    title = "Some fields are missing or wrong"


class Conflict(BusinessError):
    status = 409
    title = "Conflict"


class DependencyAway(BusinessError):
    status = 503
    title = "A part of the platform is away"
