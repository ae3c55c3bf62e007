"""The rules of DESIGN.md and STYLE.md that a machine can check."""

import ast
import re

from tests.architecture.source import ROOT, Module, in_system, modules, suite

SHORT = 5


def _functions(module: Module) -> list[ast.FunctionDef]:
    return [node for node in module.tree.body if isinstance(node, ast.FunctionDef)]


def _statements(function: ast.FunctionDef) -> int:
    """The statements of a function, without its docstring; a long call is one."""
    inside = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
    return inside - bool(ast.get_docstring(function))


def test_nobody_commits_but_the_kernel() -> None:
    allowed = ("fanzadmin/kernel/db.py", "fanzadmin/runtime/backup.py", "fanzadmin/migrations/", "bench/")
    results = [
        f"{m.name}:{call.lineno}"
        for m in modules()
        if not m.name.startswith(allowed)
        for call in m.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit" and not call.args
    ]
    assert not results, f"one request, job or delivery is one transaction; the kernel ends it: {results}"


REAL_CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
}


def _real_clocks(module: Module) -> list[str]:
    """Where a module asks the machine what time it is; `time.monotonic` only measures and may be asked."""
    return [
        f"{module.name}:{node.lineno}"
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr in REAL_CLOCKS.get(_last_name(node.value), ()))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "time"
            and REAL_CLOCKS["time"] & {alias.name for alias in node.names}
        )
    ]


def test_time_comes_from_the_clock() -> None:
    allowed = ("fanzadmin/kernel/clock.py", "bench/")
    results = [place for m in modules() if not m.name.startswith(allowed) for place in _real_clocks(m)]
    assert not results, f"use fanzadmin.kernel.clock.now(): {results}"


def test_no_test_reads_the_real_clock() -> None:
    results = [place for m in suite() for place in _real_clocks(m)]
    assert not results, (
        "use fanzadmin.kernel.clock.now(), which stands still at tests/moment.py; a test that needs a running one is "
        f"marked running_clock: {results}"
    )


def test_statements_are_given_the_time() -> None:
    calls = re.compile(
        r"\b(now|clock_timestamp|statement_timestamp)\s*\(\s*\)|\bcurrent_(timestamp|date|time)\b", re.I
    )
    results = [
        f"{m.name}:{node.lineno}"
        for m in modules()
        if not m.name.startswith("bench/")
        for node in ast.walk(m.tree)
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|SET|WHERE|DEFAULT|VALUES)\b", node.value)
            and calls.search(node.value)
        )
        or (
            isinstance(node, ast.Attribute)
            and node.attr in {"now", "current_timestamp", "current_date", "clock_timestamp"}
            and _last_name(node.value) == "func"
        )
    ]
    assert not results, (
        f"give the statement clock.now() as a value: PostgreSQL has a clock of its own: {results}"
    )


def _last_name(value: ast.expr) -> str:
    return value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""


def test_only_config_reads_the_environment() -> None:
    results = [
        f"{m.name}:{node.lineno}"
        for m in modules()
        if m.name != "config.py" and not m.name.startswith("fanzadmin/kernel/embedded/")
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and _is_os(node.value)
    ]
    assert not results, f"add a field to Config instead: {results}"


def test_listeners_are_one_call_into_their_own_service() -> None:
    long = [
        f"{m.name}:{function.name}"
        for m in modules()
        if in_system(m) and m.path.name == "listeners.py"
        for function in _functions(m)
        if function.decorator_list and _statements(function) > SHORT
    ]
    assert not long, f"a listener has at most {SHORT} statements; the rest belongs into service.py: {long}"


def test_jobs_are_one_call_into_a_service() -> None:
    long = [
        f"{m.name}:{function.name}"
        for m in modules()
        if m.name.startswith("jobs/")
        for function in _functions(m)
        if _statements(function) > SHORT
    ]
    assert not long, f"a job has at most {SHORT} statements; the rest belongs into a service: {long}"


def test_consoles_and_apis_do_not_write() -> None:
    results = [
        f"{m.name}:{call.lineno}"
        for m in modules()
        if in_system(m) and m.path.stem in {"console", "api"}
        for call in m.calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"add", "delete", "flush", "execute"}
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "session"
    ]
    assert not results, f"call a verb of service.py: {results}"


def _is_os(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id == "os"


def test_templates_translate_literals_only() -> None:
    """They are kept for good (fanzadmin/kernel/web/template_cache.py): data among them would fill the memory."""
    results = [
        f"{path.relative_to(ROOT)}: _({what.strip()}"
        for path in sorted((ROOT / "fanzadmin" / "templates").rglob("*.html"))
        for what in re.findall(r"(?<![\w.])_\(\s*([^\"'\s][^)]*)", path.read_text())
    ]
    assert not results, f"give data to the placeholders of a literal, _('… %(name)s', name=…): {results}"
