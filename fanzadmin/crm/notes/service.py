"""What colleagues write down about creators and fans."""

from flask_babel import gettext

from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.creators.queries import NoSuchCreator
from fanzadmin.crm.creators.service import is_hidden
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.fans.service import NoSuchFan
from fanzadmin.crm.notes.models import Note
from fanzadmin.crm.timeline.models import Subject
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Invalid, NotFound
from fanzadmin.kernel.i18n.languages import number_text
from fanzadmin.kernel.ids import is_id

LONGEST = 5000


class NoteEmpty(Invalid):
    title = "The note is empty or too long"


class OneSubject(Invalid):
    title = "A note is about one person"


class NoSuchNote(NotFound):
    title = "There is no such note"


def add_note(subject: Subject, subject_id: str, body: str, *, pinned: bool = False) -> str:
    """Write something down about a creator or fan, signed by the current user. Returns the note's id.

    Raises NoSuchCreator, NoSuchFan, NoteEmpty.
    """
    about = _about(subject, subject_id)
    note = Note(
        cluster=about.cluster,
        creator_id=about.id if subject is Subject.CREATOR else None,
        fan_id=about.id if subject is Subject.FAN else None,
        body=_body(body),
        author_user_id=current().actor_id,
        author=current().actor,
        pinned=pinned,
    )
    session.add(note)
    session.flush()  # for the id
    return note.id


def add_note_about(
    *, creator_id: str | None = None, fan_id: str | None = None, body: str, pinned: bool = False
) -> str:
    """Write something down about whichever of both is given. Raises OneSubject and what add_note raises."""
    if (creator_id is None) == (fan_id is None):
        raise OneSubject(gettext("Choose a creator or a fan, one of both."))
    subject = Subject.CREATOR if creator_id is not None else Subject.FAN
    return add_note(subject, creator_id or fan_id or "", body, pinned=pinned)


def change_note(note_id: str, *, body: str, pinned: bool) -> None:
    """Reword a note. Raises NoSuchNote, NoteEmpty."""
    note = _note(note_id)
    note.body, note.pinned = _body(body), pinned


def remove_note(note_id: str) -> None:
    """Throw a note away. Raises NoSuchNote."""
    session.delete(_note(note_id))


def _about(subject: Subject, subject_id: str) -> Creator | Fan:
    person: Creator | Fan | None = None
    if is_id(subject_id):
        person = session.get(Creator if subject is Subject.CREATOR else Fan, subject_id)
    if person is None or is_hidden(person.cluster):
        if subject is Subject.CREATOR:
            raise NoSuchCreator(gettext("There is no such creator."))
        raise NoSuchFan(gettext("There is no such fan."))
    return person


def _body(body: str) -> str:
    if not 1 <= len(body.strip()) <= LONGEST:
        raise NoteEmpty(gettext("A note has 1 to %(most)s characters.", most=number_text(LONGEST)))
    return body.strip()


def _note(note_id: str) -> Note:
    note = session.get(Note, note_id) if is_id(note_id) else None
    if note is None or is_hidden(note.cluster):
        raise NoSuchNote(gettext("There is no such note."))
    return note
