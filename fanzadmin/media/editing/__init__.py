"""What a creator changes of an asset after the upload: words, tags, audience, price, and its plan until it is published."""
