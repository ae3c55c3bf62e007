"""The poster of an asset: a moment of the video or a picture that the creator sends, drawn by a worker."""
