"""URL builders that are compiled when they are first used."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from fanzadmin.kernel.web.lazy_rules import LazyRule

PATHS = ("/", "/fans/<int:number>", "/<rule>/<path:rest>", "/days/<any(on, off):state>/")


def urls(kind: type[Rule]) -> list[str]:
    rules = Map([kind(path, endpoint=path, defaults={"page": 1} if path == "/" else None) for path in PATHS])
    bound = rules.bind("fanz.test")
    return [
        bound.build("/", {"page": 1}),
        bound.build("/fans/<int:number>", {"number": 7, "q": "ä b"}),
        bound.build("/<rule>/<path:rest>", {"rule": "x/y", "rest": "a/b"}),
        bound.build("/days/<any(on, off):state>/", {"state": "on"}, force_external=True),
    ]


class TestLazyRule:
    def test_builds_what_werkzeug_builds(self) -> None:
        assert urls(LazyRule) == urls(Rule)

    def test_compiles_when_a_url_is_built_and_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        compiled: list[str] = []
        compile_builder = Rule._compile_builder

        def noted(rule: Rule, append_unknown: bool = True) -> object:
            compiled.append(rule.rule)
            return compile_builder(rule, append_unknown)

        monkeypatch.setattr(Rule, "_compile_builder", noted)
        bound = Map([LazyRule("/a/<b>", endpoint="a")]).bind("fanz.test")
        assert compiled == []
        assert [bound.build("a", {"b": item}) for item in "xy"] == ["/a/x", "/a/y"]
        assert compiled == ["/a/<b>"]

    def test_refuses_what_werkzeug_refuses(self) -> None:
        bound = Map([LazyRule("/fans/<int:number>", endpoint="fan")]).bind("fanz.test")
        with pytest.raises(BuildError):
            bound.build("fan", {})
