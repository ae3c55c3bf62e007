"""The tests. The kernel comes first, as in every role: it says how constraints are named before any table is made."""

import fanzadmin.kernel.db  # noqa: F401
