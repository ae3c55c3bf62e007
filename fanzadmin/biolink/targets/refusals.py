"""Why a target is refused."""

from fanzadmin.kernel.errors import BusinessError


class TargetRefused(BusinessError):
    status = 422
    title = "This address cannot be the target of a link"
