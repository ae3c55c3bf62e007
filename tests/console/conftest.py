"""The makers of creators and fans, for the abilities that every console has."""

from tests.crm.conftest import applicant, brands, creator, fan, records

__all__ = ["applicant", "brands", "creator", "fan", "records"]
