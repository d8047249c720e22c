"""The close of the year: what nature yielded; written down for those who count, read by nobody who decides."""

from __future__ import annotations

from village_abm.village import Village
from village_abm.year import ecosystem_product, land_value


def keep(village: Village) -> None:
    """Keep the accounts of the year while its books are open."""
    ecosystem_product.measure(village)
    land_value.survey(village)
