"""Jobs that people start in consoles: each performs one work (fanzadmin/kernel/console/work.py)."""

from fanzadmin.kernel.console import work
from fanzadmin.kernel.console.changing import bulk_rows
from fanzadmin.kernel.console.moving import exporting, importing, importing_undo


def forget_expired(_subject: str) -> None:
    """Bulk changes that can no longer be undone; files nobody may fetch any more."""
    work.forget_expired()
    exporting.forget_files()


def bulk(work_id: str) -> None:
    """An edit of many records."""
    bulk_rows.perform(work_id)


def act(work_id: str) -> None:
    """An action on many records."""
    bulk_rows.perform(work_id)


def undo(work_id: str) -> None:
    """A bulk change or an import taken back."""
    importing_undo.perform(work_id)


def export(work_id: str) -> str:
    """Write the file of an export that is too large for a request."""
    return exporting.perform(work_id)


def imports(work_id: str) -> str:
    """Compare the rows of a file with the records, or write them."""
    return importing.perform(work_id)
