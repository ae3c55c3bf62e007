"""Jobs that people start in consoles: each performs one batch (fanzadmin/console/batches.py)."""

from fanzadmin.console import batches
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.transfer import exporting, import_undo, importing


def forget_expired(_subject: str) -> None:
    """Bulk changes that can no longer be undone; files no one may fetch any more."""
    batches.forget_expired()
    exporting.forget_files()


def bulk(batch_id: str) -> None:
    """An edit of many records."""
    bulk_rows.perform(batch_id)


def act(batch_id: str) -> None:
    """An action on many records."""
    bulk_rows.perform(batch_id)


def undo(batch_id: str) -> None:
    """A bulk change or an import taken back."""
    import_undo.perform(batch_id)


def export(batch_id: str) -> str:
    """Write the file of an export that is too large for a request."""
    return exporting.perform(batch_id)


def imports(batch_id: str) -> str:
    """Compare the rows of a file with the records, or write them."""
    return importing.perform(batch_id)
