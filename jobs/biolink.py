"""Jobs of BioLinkHub."""

from fanzadmin.biolink import service


def forget_salts(_subject: str) -> None:
    """Destroy the salts of past days: from then on no visitor's hash can be made again."""
    service.forget_salts()
