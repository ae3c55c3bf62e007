"""FanzGPT."""
