"""Cooperatives: founded by somebody, joined and left by households, alive as long as they last."""

from __future__ import annotations

import numpy as np

from agents.columns import Column, Resident

DRIVERS = ("non_farm", "processing", "agri_tourism", "integration", "planting_structure")
FOUNDERS = ("backbone farmer", "returning migrant", "cadre", "firm")


class Cooperative(Resident):
    """A cooperative of households of one village, around one product or, without one, around paid work."""

    village = Column("1", "number of the village it belongs to", np.int16, 0)
    use = Column("1", "land use whose product it sells, index into the uses; -1 none, it finds work", np.int16, -1)
    driver = Column("1", "what drives it, index into DRIVERS", np.int8, 0)
    founder = Column("1", "permanent number of the founding household; -1 a firm", np.int64, -1)
    founder_kind = Column("1", "who founded it, index into FOUNDERS", np.int8, 0)
    shell = Column("1", "founded for the subsidy alone: it does nothing for its members", np.bool_, False)
    founded = Column("yr", "year it was founded", np.int16, 0)
    ended = Column("yr", "year it ended; 0 not yet", np.int16, 0)

    members = Column("household", "households that are members", np.int32, 0)
    cash = Column("fen", "money in hand at the close of the year; owed to the bank where negative", np.int64, 0)
    shares = Column("fen", "what members have paid in and not taken out, less losses written off", np.int64, 0)
    brand = Column("1", "brand stock")
    line_capacity = Column("kg/yr", "raw product that its processing line can take")
    line_built = Column("yr", "year the line was built; 0 none", np.int16, 0)
    line_cost = Column("fen", "what the line cost", np.int64, 0)

    delivered = Column("kg/yr", "brought by members this year")
    outside = Column("kg/yr", "sold by members to others this year")
    processed = Column("kg/yr", "run through the line this year")
    price_paid = Column("CNY/kg", "paid on delivery this year, yuan of 2020")
    gain = Column("1", "what a member got for a kg this year, patronage included, over what traders paid, less 1")
    surplus = Column("fen", "surplus of the year, wear of the line taken off", np.int64, 0)

    @property
    def driver_name(self) -> str:
        """What drives it, as a word of DRIVERS."""
        return DRIVERS[self.driver]
