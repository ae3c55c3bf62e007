"""Jobs that people start in consoles: each performs one work (fanzadmin/kernel/console/work.py)."""

from fanzadmin.kernel.console import work


def forget_expired(_subject: str) -> None:
    """Bulk changes that can no longer be undone; files nobody may fetch any more."""
    work.forget_expired()
