"""The encode of an asset: asked for, run by a worker, cancelled, retried."""
