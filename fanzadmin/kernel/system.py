"""What a system declares to the composition root about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint
from flask_appbuilder import BaseView
from flask_socketio import Namespace

from fanzadmin.kernel.demo import World


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a system's `rights.py` says: the rights that follow from no console, and which roles hold what.

    `roles` gives a role single rights, or with a colon at the end (`crm:`, `crm:note:`) all below but `own`. Managers read
    everything but what is `confidential` (prefixes).
    """

    extra: tuple[str, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confidential: tuple[str, ...] = ()


@dataclass(frozen=True)
class System:
    """One system: its consoles, its APIs, its socket channels, the questions it answers, its part of the demo.

    `names` says what the ids of its nouns are called, and in which console they are read.
    `tones` gives the words of its states their colour: good, info, warn or bad.
    `demo_end` runs when every system has added its year: for what rests on the others' rows.
    """

    name: str
    title: str
    consoles: tuple[type[BaseView], ...] = ()
    apis: tuple[Blueprint, ...] = ()
    channels: tuple[Namespace, ...] = ()
    provides: Mapping[type, object] = field(default_factory=dict)
    names: Mapping[str, tuple[type[BaseView], Callable[[tuple[str, ...]], Mapping[str, str]]]] = field(
        default_factory=dict
    )
    tones: Mapping[str, str] = field(default_factory=dict)
    rights: Rights = Rights()
    demo: Callable[[World], None] | None = None
    demo_end: Callable[[World], None] | None = None
