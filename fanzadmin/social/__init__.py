"""FanzSocial."""
