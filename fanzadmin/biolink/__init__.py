"""BioLinkHub."""
