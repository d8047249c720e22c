"""State of people."""

from __future__ import annotations

import numpy as np

from agents.columns import Column, Row

STATUSES = ("child", "pupil", "farm", "local_job", "migrant", "elder")


class Person(Row):
    """One person on the register of a household, at home or away."""

    village = Column("1", "number of the village of registration", np.int16, 0)
    household = Column("1", "row of the household", np.int32, -1)
    age = Column("yr", "completed years", np.int16, 0)
    female = Column("1", "is a woman", np.bool_, False)
    schooling = Column("yr", "years of schooling completed")
    status = Column("1", "what the person does, index into STATUSES", np.int8, 0)
    spouse = Column("1", "row of the husband or wife; -1 none", np.int32, -1)
    mother = Column("1", "row of the mother; -1 not in the table", np.int32, -1)
    children = Column("1", "children born", np.int16, 0)
    away_years = Column("yr", "years running as a migrant", np.int16, 0)
    migrant_years = Column("yr", "years as a migrant, ever", np.int16, 0)
    returned = Column("1", "has come home from migration", np.bool_, False)
    returned_in = Column("yr", "year in which it last came home; 0 never", np.int16, 0)
    years_brought = Column("yr", "years away before it last came home", np.int16, 0)
    born = Column("yr", "year of birth", np.int16, 0)
    farm_days = Column("day/yr", "days worked on the farm of the household this year: land, herds and guests")
    local_days = Column("day/yr", "days worked for local wages this year")
    town = Column("1", "number of the town in which it works or last worked; -1 never away", np.int8, -1)
    jobless = Column("1", "a migrant without work this year", np.bool_, False)
