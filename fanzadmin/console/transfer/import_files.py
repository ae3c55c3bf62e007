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
from fanzadmin.console.transfer.code_pages import ENCODINGS
from fanzadmin.console.transfer.import_check import ADD, BOTH, CHANGE
from fanzadmin.console.transfer.import_columns import compared
from fanzadmin.console.transfer.import_heads import guess, recognised
from fanzadmin.console.transfer.import_targets import keys_of, may_add, may_change, targets_of
from fanzadmin.console.transfer.sheet_reading import (
    DELIMITERS,
    LARGEST,
    Form,
    Line,
    opened,
    recognise,
)
from fanzadmin.console.transfer.workbooks import UnreadableSheet, is_workbook, unpack
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import CHUNK, get_storage
from fanzadmin.kernel.temp_dirs import temp_dir

SAMPLE = 5  # rows from which the examples of a column come
AT_ONCE = (
    1024**2
)  # bytes of a text file that the request reads; larger ones and workbooks are read by the job
FOLDER = "console/imports"


def store_upload(console: ConsoleLike, upload: FileStorage | None) -> Batch:
    """Keep the file and begin an import; a large file or a workbook is read by a job. Raises UnreadableSheet."""
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
        options = {"file": key, "name": upload.filename[:120], "lines": lines.count} | _recognised(
            console, lines, key
        )
    except BaseException:
        get_storage().delete(key)
        raise
    title = gettext("Import of %(list)s", list=console.list_title)
    batch = batches.create("imports", console, title=title, options=options)
    batch.link = url_for(f"{console.endpoint}.import_page", batch_id=batch.id)
    if options["phase"] == "read":
        batches.dispatch(batch)
    return batch


def _recognised(console: ConsoleLike, lines: "_Lines", key: str) -> dict[str, object]:
    """What the request itself finds out of a file."""
    if not lines.is_workbook and lines.size > AT_ONCE:
        return {"phase": "read"}
    with get_storage().local_copy(key) as path:
        form = recognise(path)
        return {"phase": "read"} if form.kind == "xlsx" else _understood(console, path, form)


def read(console: ConsoleLike, batch: Batch) -> None:
    """The job's part of `store_upload`: unpack, recognise, guess the columns. Raises UnreadableSheet."""
    with get_storage().local_copy(batch.options["file"]) as path, temp_dir("import") as folder:
        form, rows = recognise(path), path
        options = dict(batch.options)
        if form.kind == "xlsx":
            rows = folder / "rows"
            unpack(path, rows)
            with rows.open("rb") as file:
                options["lines"] = sum(1 for _ in file)
            options["file"] = f"{batch.options['file']}-rows"
        options |= _understood(console, rows, form)
        if rows is not path:
            get_storage().put_file(options["file"], rows)
    batch.options = options


def _understood(console: ConsoleLike, path: Path, form: Form) -> dict[str, object]:
    """The columns of a file and what they seem to be."""
    columns, examples = _columns(path, form)
    mapping = guess(console, columns)
    return {
        "phase": "map",
        "form": asdict(form),
        "columns": columns,
        "examples": examples,
        "mapping": mapping,
        "known": recognised(console, columns),
        "key": next((name for name in keys_of(console) if name in mapping.values()), ""),
        "mode": BOTH if may_add(console) else CHANGE,
    }


def _columns(path: Path, form: Form) -> tuple[list[str], list[str]]:
    """The columns with examples of what is in them."""
    with opened(path, form) as sheet:
        columns, sample = list(sheet.columns), list(islice(sheet.lines, SAMPLE))
    if not sample:
        raise UnreadableSheet(gettext("The file has a header, but no rows below it."))
    return columns, [_examples(sample, name) for name in columns]


def mapping_page(console: ConsoleLike, batch: Batch) -> ResponseReturnValue:
    batch.options = {**batch.options, **_reread(console, batch)}
    form = Form(**batch.options["form"])
    mapping, names = batch.options["mapping"], batch.options["columns"]
    return console.render_template(
        "console/import_map.html",
        title=batch.title,
        batch=batch,
        form=form,
        targets=targets_of(console),
        known=compared(console, batch, [name for name in names if not mapping.get(name)]),
        columns=[
            (name, mapping.get(name, ""), example)
            for name, example in zip(names, batch.options["examples"], strict=True)
        ],
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
        _one_of(list(ENCODINGS), request.args.get("encoding"), held["encoding"]),
        _one_of(DELIMITERS, request.args.get("delimiter"), held["delimiter"]),
    )
    if asdict(form) == held:
        return {}
    try:
        with get_storage().local_copy(batch.options["file"]) as path:
            return _understood(console, path, form)
    except UnreadableSheet as error:
        flash(error.detail, "danger")
        return {}


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


def accept_guess(console: ConsoleLike, batch: Batch, choices: Mapping[str, str]) -> None:
    """Compare next, with the columns as they were guessed and the key and mode of `choices`; a file that a job must read
    first keeps the choices. Raises UnreadableSheet."""
    if batch.options["phase"] == "read":
        batch.options = {**batch.options, "choices": dict(choices)}
        return
    mapping = batch.options["mapping"]
    sent = {f"column-{at}": mapping.get(name, "") for at, name in enumerate(batch.options["columns"])}
    defaults = {"key": batch.options["key"], "mode": batch.options["mode"]}
    answers = read_mapping(console, batch, sent | defaults | dict(choices))
    batch.options = {**batch.options, **answers, "phase": "check"}


class _Lines:
    """An upload in chunks, its lines counted in passing."""

    def __init__(self, upload: FileStorage) -> None:
        self.upload, self.count, self.size, self.is_workbook = upload, 0, 0, False

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.upload.stream.read(CHUNK):
            self.is_workbook = self.is_workbook or (not self.size and is_workbook(chunk))
            self.size += len(chunk)
            if self.size > LARGEST:
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
