"""The same tables as Django models, registered with its admin as its documentation shows."""
