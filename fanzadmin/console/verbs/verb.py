"""The declaration of a verb.

    verbs = (
        Verb("approve", service.approve_payout, label="Approve", done="Approved", icon="check",
             confirm="Approve these payouts?", when={"state": ("requested",)}),
        Verb("refuse", service.refuse_payout, label="Refuse", done="Refused", icon="ban", asks=Reason(),
             confirm="The money becomes available again.", when={"state": ("requested", "approved")}),
    )

`service.refuse_payout(payout.id, by_user_id=<current user>, reason=<the answer>)` is called for each record, in a savepoint
of its own: what it refuses, it says as a BusinessError. A verb is offered on the record's page, for chosen records, on a
board that names it, in REST (`POST /<id>/<verb>`) and, where `approvals` names it, after a second person agreed.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import signature

from fanzadmin.console.verbs.questions import Answers, Label, Question, Reason, reason_in
from fanzadmin.kernel.context import acting, current
from fanzadmin.kernel.db import Model

RECORD: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verb:
    """`function` is called with the columns `takes` of a record (RECORD: with the record itself), with each answer by its
    name and, where it has such a parameter, with `by_user_id`.

    `label` stands on the button, `confirm` is the question before it runs, `done` is said with the number of records;
    all three are English and translated where they are read. `when` says in which records it is possible, as values of columns: elsewhere it
    is not offered (the service refuses it all the same). `right` is the ability that it needs, empty for its own name.
    """

    name: str
    function: Callable[..., object]
    label: Label
    done: Label
    confirm: Label = ""
    icon: str = ""
    asks: Question | tuple[Question, ...] = ()
    takes: tuple[str, ...] = ("id",)
    when: Mapping[str, Collection[object]] = field(default_factory=dict)
    right: str = ""

    @property
    def ability(self) -> str:
        return self.right or self.name

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.asks if isinstance(self.asks, tuple) else (self.asks,)

    @property
    def asks_reason(self) -> bool:
        return any(isinstance(question, Reason) for question in self.questions)

    def is_possible(self, item: Model) -> bool:
        """Whether a record is in a state that the verb leads on from."""
        return all(getattr(item, column) in values for column, values in self.when.items())

    def run(self, item: Model, answers: Answers) -> None:
        """Call the service's function for a record. Raises what it raises.

        The reason that the user stated is the audit's reason for all that the function writes.
        """
        subjects = [getattr(item, name) for name in self.takes] if self.takes else [item]
        user = {"by_user_id": current().actor_id} if self._names_user else {}
        with acting(reason=reason_in(self.questions, answers) or current().reason):
            self.function(*subjects, **user, **answers)

    @cached_property
    def _names_user(self) -> bool:
        return "by_user_id" in signature(self.function).parameters
