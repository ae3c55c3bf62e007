"""One file inspected: decoded in a sandbox, measured, and copied without its personal metadata."""
