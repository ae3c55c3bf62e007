"""A fact, its listener and a note of what it did, for the tests of the bus."""

from fanzadmin.kernel.bus import Fact, fact, facts, on

heard: list[str] = []
wrong: set[str] = set()

if "sample.thing_happened.v1" not in facts:

    @fact("sample.thing_happened.v1", subject="thing_id")
    class ThingHappened(Fact):
        thing_id: str
        number: int = 0
        tags: tuple[str, ...] = ()

    def note(happened: ThingHappened) -> None:
        name = f"{happened.thing_id}:{happened.number}"
        if name in wrong:
            raise RuntimeError(f"{name} cannot be done")
        heard.append(name)

    note.__module__ = "fanzadmin.sample.listeners"  # a consumer is named by its package
    on(ThingHappened)(note)


def clear() -> None:
    heard.clear()
    wrong.clear()
