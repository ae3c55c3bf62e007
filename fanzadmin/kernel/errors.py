"""What goes wrong, said once: a sentence for the person, RFC 9457 for the program."""

import re
from typing import ClassVar

from flask_babel import gettext


class BusinessError(Exception):
    """A rule of the business said no. Subclasses stand above the verb that raises them.

    `status` is the HTTP status, `title` names the kind, the message is one sentence for the person. A refusal that is
    a record itself (a declined payment) sets `keeps_work`: what was written before it is committed all the same.
    """

    status: ClassVar[int] = 409
    title: ClassVar[str] = "Not possible"
    keeps_work: ClassVar[bool] = False

    def __init__(self, detail: str | None = None, **members: object) -> None:
        self.detail: str = detail or gettext(self.title)
        self.members = members
        super().__init__(self.detail)

    @property
    def type(self) -> str:
        """The problem type: a relative URI under /problems/, from the class's name."""
        return "/problems/" + re.sub(r"(?<!^)(?=[A-Z])", "-", self.__class__.__name__).lower()

    def problem(self) -> dict[str, object]:
        """The RFC 9457 problem details object."""
        return {
            "type": self.type,
            "title": gettext(self.title),
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }


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


class Conflict(BusinessError):
    status = 409
    title = "Conflict"


class DependencyAway(BusinessError):
    status = 503
    title = "A part of the platform is away"
