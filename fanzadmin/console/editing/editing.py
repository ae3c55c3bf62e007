"""Everything that writes records: in the list, many at once, by verbs, under their parent, in an order by hand."""

from fanzadmin.console.editing.children import Children, Duplicating, Ordering
from fanzadmin.console.editing.inline import InlineEdit
from fanzadmin.console.editing.verbs import Verbs


class Editing(InlineEdit, Verbs, Duplicating, Children, Ordering):
    """The order matters for Duplicating alone: it fills the add form that Writing opens."""
