"""The boards: Dash inside the app, one file per board."""

BOARDS: tuple[object, ...] = ()
