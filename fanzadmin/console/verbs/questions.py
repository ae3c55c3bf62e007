"""What a verb asks before it runs. One declaration is the field of a page's form, the member of a JSON body and the line that
a second person reads.

    asks=Reason()
    asks=(Choice("outcome", _("Resolution"), choices=Resolution), Text("text", _("Note"), required=False))

An answer is stored as JSON (a batch runs later, an approval is carried out later): text, an integer of minor units,
an ISO 8601 day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, cast

from flask_babel import LazyString, gettext
from flask_wtf import FlaskForm
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict
from wtforms import DateField, DecimalField, Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from fanzadmin.console.data.words import words_of
from fanzadmin.kernel.errors import Conflict
from fanzadmin.kernel.i18n.languages import STATE, money_text, translate
from fanzadmin.kernel.money import exponent

PREFIX = "ask-"  # of the names of inputs, so that no answer takes the name of another part of the page's form
LARGEST_MINOR = 10**12

Label: TypeAlias = "str | LazyString"
Answer = str | int | date | None
Answers = Mapping[str, Answer]
Stored = dict[str, str | int | None]


class AnswersUnreadable(Conflict):
    title = "The answers do not fit"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the user states. `name` is the keyword of the service's verb."""

    name: str
    label: Label
    hint: Label = ""
    required: bool = True

    def form_field(self) -> Field:
        raise NotImplementedError

    def schema_field(self) -> fields.Field:
        raise NotImplementedError

    def texts(self) -> list[str]:
        """What people read of it, for the catalogues."""
        return [str(self.label), str(self.hint)]

    def answer_text(self, answer: Answer) -> str:
        """The answer as people read it."""
        return "" if answer is None else str(answer)

    def _member(self) -> dict[str, Any]:
        """What every member of a JSON body says of itself."""
        return {"required": self.required, "metadata": {"description": str(self.hint or self.label)}}


@dataclass(frozen=True, slots=True)
class Text(Question):
    """Words; `suggestions` are offered and may be changed."""

    shortest: int = 0
    longest: int = 1000
    suggestions: tuple[Label, ...] = ()

    def form_field(self) -> Field:
        rules = [DataRequired() if self.required else Optional(), Length(self.shortest, self.longest)]
        limits = {"maxlength": self.longest} | ({"minlength": self.shortest} if self.shortest else {})
        offers = {"list": f"{PREFIX}{self.name}-list"} if self.suggestions else {"rows": 3}
        return (StringField if self.suggestions else TextAreaField)(
            translate(self.label),
            rules,
            description=translate(self.hint),
            filters=[_stripped],
            render_kw=limits | offers,
        )

    def texts(self) -> list[str]:
        return [str(self.label), str(self.hint), *map(str, self.suggestions)]

    def schema_field(self) -> fields.Field:
        least = max(self.shortest, 1) if self.required else 0
        empty: dict[str, Any] = {} if self.required else {"load_default": ""}
        return StrippedString(validate=validate.Length(least, self.longest), **empty, **self._member())


@dataclass(frozen=True, slots=True)
class Reason(Text):
    """Why: required words that those concerned read, and that the audit keeps as the reason of the change."""

    name: str = "reason"
    label: Label = "Reason"
    hint: Label = "Those concerned read it, and the audit keeps it."
    shortest: int = 8


@dataclass(frozen=True, slots=True)
class Choice(Question):
    """One of an enum's words (or of pairs of a word and its label)."""

    choices: Iterable[str | tuple[str, Label]] = ()

    def words(self) -> dict[str, str]:
        """The words and their labels, in the reader's language."""
        return {
            word: translate(label, context=STATE)
            for word, label in (
                choice if isinstance(choice, tuple) else (str(choice), words_of(str(choice)))
                for choice in self.choices
            )
        }

    def form_field(self) -> Field:
        blank = SelectChoice("", "")  # none is chosen for the user
        choices = [blank, *(SelectChoice(word, label) for word, label in self.words().items())]
        return SelectField(
            translate(self.label), [_presence(self)], choices=choices, description=translate(self.hint)
        )

    def schema_field(self) -> fields.Field:
        words = [choice[0] if isinstance(choice, tuple) else str(choice) for choice in self.choices]
        return fields.String(validate=validate.OneOf(words), **self._member())

    def answer_text(self, answer: Answer) -> str:
        return self.words().get(str(answer), str(answer or ""))


@dataclass(frozen=True, slots=True)
class Money(Question):
    """An amount of one currency: typed as 12.50, passed and stored in minor units."""

    currency: str = "USD"
    lowest: int = 1

    def form_field(self) -> Field:
        rules = [_presence(self), NumberRange(self.lowest, LARGEST_MINOR)]
        label = f"{translate(self.label)} ({self.currency})"
        return DecimalField(label, rules, description=translate(self.hint), filters=[self._minor])

    def _minor(self, amount: Decimal | None) -> int | None:
        return None if amount is None else int(amount.scaleb(exponent(self.currency)))

    def schema_field(self) -> fields.Field:
        limits = validate.Range(self.lowest, LARGEST_MINOR)
        return fields.Integer(strict=True, validate=limits, **self._member())

    def answer_text(self, answer: Answer) -> str:
        return money_text(answer, self.currency) if isinstance(answer, int) else ""


@dataclass(frozen=True, slots=True)
class Day(Question):
    """A day of the calendar."""

    def form_field(self) -> Field:
        return DateField(translate(self.label), [_presence(self)], description=translate(self.hint))

    def schema_field(self) -> fields.Field:
        return fields.Date(**self._member())


class AnswerForm(FlaskForm):
    """The form of a verb's questions. The page's own form carries the token against forgery."""

    class Meta:
        csrf = False


def form_of(questions: Sequence[Question], sent: MultiDict[str, str] | None = None) -> AnswerForm:
    """The form of questions with what a browser sent, or as it opens."""
    form_class = type(
        "VerbForm", (AnswerForm,), {question.name: question.form_field() for question in questions}
    )
    return cast("AnswerForm", form_class(formdata=sent, prefix=PREFIX))


def was_sent(questions: Sequence[Question], sent: MultiDict[str, str]) -> bool:
    """Whether a browser answered (a button of a list sends none of the inputs, a filled-in form all of them)."""
    return all(f"{PREFIX}{question.name}" in sent for question in questions)


def answers_of(form: AnswerForm, questions: Sequence[Question]) -> Answers:
    """What a valid form holds."""
    return {question.name: form[question.name].data for question in questions}


def schema_of(questions: Sequence[Question]) -> Schema:
    """The questions as members of a JSON object."""
    return Schema.from_dict({question.name: question.schema_field() for question in questions})()


def stored(questions: Sequence[Question], answers: Answers) -> Stored:
    """Answers as JSON keeps them."""
    return cast("Stored", schema_of(questions).dump(answers))


def restored(questions: Sequence[Question], answers: Mapping[str, Any]) -> Answers:
    """Answers from what JSON kept. Raises AnswersUnreadable when the verb asks for something else by now."""
    try:
        return cast("Answers", schema_of(questions).load(answers, unknown=EXCLUDE))
    except ValidationError:
        raise AnswersUnreadable(gettext("What was answered does not fit any more: ask again.")) from None


def answer_lines(questions: Sequence[Question], answers: Answers) -> list[tuple[str, str]]:
    """(label, answer) of each question that was answered, as people read them."""
    pairs = [
        (translate(question.label), question.answer_text(answers.get(question.name)))
        for question in questions
    ]
    return [(label, words) for label, words in pairs if words]


def reason_in(questions: Sequence[Question], answers: Answers) -> str:
    """The reason among the answers; empty where none is asked for."""
    return next(
        (
            str(answers[question.name])
            for question in questions
            if isinstance(question, Reason) and question.name in answers
        ),
        "",
    )


def _presence(question: Question) -> InputRequired | Optional:
    return InputRequired() if question.required else Optional()


def _stripped(words: str | None) -> str:
    return (words or "").strip()


class StrippedString(fields.String):
    """Words without the blanks around them; the limits count what is left."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs)).strip()
