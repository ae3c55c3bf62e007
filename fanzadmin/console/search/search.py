"""Everything that finds records: the list's box and filters, facets, saved views, the palette, lookups of forms."""

from fanzadmin.console.search.facets import Facets
from fanzadmin.console.search.lookup import ConsoleForms, RelationLookup
from fanzadmin.console.search.palette import Palette


class Search(Palette, Facets, ConsoleForms, RelationLookup):
    """The order does not matter: Palette holds the saved views, and each has pages of its own."""
