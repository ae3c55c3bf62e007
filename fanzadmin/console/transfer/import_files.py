"""A file that someone sends: kept, recognised, and asked about, column by column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.transfer.import_check import ADD, BOTH, CHANGE
from fanzadmin.console.transfer.import_columns import compared
from fanzadmin.console.transfer.import_heads import guess, recognised
from fanzadmin.console.transfer.import_targets import keys_of, may_add, may_change, targets_of
from fanzadmin.console.transfer.sheet_reading import (
    DELIMITERS,
    ENCODINGS,
    LARGEST,
    Form,
    Line,
    UnreadableSheet,
    opened,
    recognise,
)
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import CHUNK, get_storage

SAMPLE = 5  # rows from which the examples of a column come
SMALL = 64 * 1024  # bytes of a workbook whose rows are counted at once
FOLDER = "console/imports"


def store_upload(console: ConsoleLike, upload: FileStorage | None) -> Batch:
    """Keep the file and begin an import. Raises UnreadableSheet."""
    if upload is None or not upload.filename:
        raise UnreadableSheet(gettext("Choose a file first."))
    if (request.content_length or 0) > LARGEST:
        raise UnreadableSheet(
            gettext("The file is larger than %(size)s MB. Split it.", size=LARGEST // 1024**2)
        )
    key = f"{FOLDER}/{new_id()}/file"
    lines = _Lines(upload)
    get_storage().put_stream(key, iter(lines))
    try:
        with get_storage().local_copy(key) as path:
            form = recognise(path)
            columns = _columns(path, form)
            count = lines.count if form.kind != "xlsx" else _rows_in(path, form)
    except BaseException:
        get_storage().delete(key)
        raise
    mapping = guess(console, columns)
    options = {
        "phase": "map",
        "file": key,
        "name": upload.filename[:120],
        "form": asdict(form),
        "lines": count,
        "columns": columns,
        "mapping": mapping,
        "known": recognised(console, columns),
        "key": next((name for name in keys_of(console) if name in mapping.values()), ""),
        "mode": BOTH if may_add(console) else CHANGE,
    }
    title = gettext("Import of %(list)s", list=console.list_title)
    batch = batches.create("imports", console, title=title, options=options)
    batch.link = url_for(f"{console.endpoint}.import_page", batch_id=batch.id)
    return batch


def _columns(path: Path, form: Form) -> list[str]:
    with opened(path, form) as sheet:
        columns = list(sheet.columns)
        if next(sheet.lines, None) is None:
            raise UnreadableSheet(gettext("The file has a header, but no rows below it."))
    return columns


def _rows_in(path: Path, form: Form) -> int:
    """The rows of a small workbook; of a larger one about as many as its size allows."""
    if path.stat().st_size > SMALL:
        return path.stat().st_size // 20
    with opened(path, form) as sheet:
        return sum(1 for _ in sheet.lines)


def mapping_page(console: ConsoleLike, batch: Batch) -> ResponseReturnValue:
    batch.options = {**batch.options, **_reread(console, batch)}
    form = Form(**batch.options["form"])
    with get_storage().local_copy(batch.options["file"]) as path, opened(path, form) as sheet:
        sample = list(islice(sheet.lines, SAMPLE))
    mapping = batch.options["mapping"]
    return console.render_template(
        "console/import_map.html",
        title=batch.title,
        batch=batch,
        form=form,
        targets=targets_of(console),
        known=compared(
            console, batch, [column for column in batch.options["columns"] if not mapping.get(column)]
        ),
        columns=[(name, mapping.get(name, ""), _examples(sample, name)) for name in batch.options["columns"]],
        keys=[(name, targets_of(console)[name].label) for name in keys_of(console)],
        encodings=ENCODINGS,
        delimiters=DELIMITERS,
        adds=may_add(console),
        changes=may_change(console),
        back=url_for(f"{console.endpoint}.import_file"),
    )


def _reread(console: ConsoleLike, batch: Batch) -> dict[str, object]:
    """The file read in another encoding or with another separator, where the address asks for it."""
    held = batch.options["form"]
    form = Form(
        held["kind"],
        _one_of(ENCODINGS, request.args.get("encoding"), held["encoding"]),
        _one_of(DELIMITERS, request.args.get("delimiter"), held["delimiter"]),
    )
    if asdict(form) == held:
        return {}
    try:
        with get_storage().local_copy(batch.options["file"]) as path:
            columns = _columns(path, form)
    except UnreadableSheet as error:
        flash(error.detail, "danger")
        return {}
    mapping, fields = guess(console, columns), recognised(console, columns)
    return {"form": asdict(form), "columns": columns, "mapping": mapping, "known": fields}


def read_mapping(console: ConsoleLike, batch: Batch, form: Mapping[str, str]) -> dict[str, object]:
    """What the user says of the columns. Raises UnreadableSheet for what makes no sense."""
    targets, columns = targets_of(console), batch.options["columns"]
    sent = [form.get(f"column-{number}", "") for number in range(len(columns))]
    mapping = {column: name if name in targets else "" for column, name in zip(columns, sent, strict=True)}
    used = [name for name in mapping.values() if name]
    key = form.get("key", "")
    mode = form.get("mode", BOTH)
    if twice := next((name for name in used if used.count(name) > 1), None):
        raise UnreadableSheet(gettext("Two columns go to %(name)s. Choose one.", name=targets[twice].label))
    if not used:
        raise UnreadableSheet(gettext("Say of at least one column what it is."))
    if key and (key not in keys_of(console) or key not in used):
        raise UnreadableSheet(gettext("The column of the key is not in the file."))
    if mode == CHANGE and not key:
        raise UnreadableSheet(gettext("Without a key no record can be found to change."))
    missing = [
        target.label
        for target in targets.values()
        if target.required and target.adds and target.name not in used
    ]
    if mode != CHANGE and missing and not (mode == BOTH and key):
        raise UnreadableSheet(gettext("New records need these columns: %(names)s.", names=", ".join(missing)))
    return {"mapping": mapping, "key": key, "mode": _one_of((BOTH, ADD, CHANGE), mode, BOTH)}


class _Lines:
    """An upload in chunks, its lines counted in passing."""

    def __init__(self, upload: FileStorage) -> None:
        self.upload, self.count = upload, 0

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        while chunk := self.upload.stream.read(CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise UnreadableSheet(
                    gettext("The file is larger than %(size)s MB. Split it.", size=LARGEST // 1024**2)
                )
            self.count += chunk.count(b"\n")
            yield chunk


def _examples(lines: Sequence[Line], column: str) -> str:
    values = [line.values.get(column, "") for line in lines]
    return ", ".join(value[:40] for value in values if value)[:120]


def _one_of(choices: Sequence[str], choice: str | None, otherwise: str) -> str:
    return choice if choice and choice in choices else otherwise
