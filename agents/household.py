"""Households: the crowd that farms, leaves and decides."""

from __future__ import annotations

import numpy as np

from agents.columns import Column, Resident


class Household(Resident):
    """A family on the register that holds contract land, shares a purse and decides together."""

    village = Column("1", "number of the village it is registered in", np.int16, 0)
    home = Column("1", "row of the patch its house stands on", np.int32, -1)
    origin = Column("1", "row of the household it split from; -1 an original one", np.int32, -1)
    founded = Column("yr", "year it was founded", np.int16, 0)
    left_home = Column("1", "row of the patch of the house it was moved out of; -1 none", np.int32, -1)
    homestead_sold = Column("1", "part of its homestead land given up for a land ticket")
    relocated = Column("1", "has been moved by the relocation package", np.bool_, False)
    registered_poor = Column("1", "on the register of poor households", np.bool_, False)
    registered = Column("yr", "year in which a support scheme first entered it as poor; 0 never", np.int16, 0)
    struck_off = Column("yr", "year in which that scheme found it out of poverty; 0 never", np.int16, 0)
    last_poor = Column("yr", "last year in which that scheme found it poor; 0 never", np.int16, 0)
    care_supported = Column("1", "a support scheme reimburses its illness as that of the poor", np.bool_, False)
    needy = Column(
        "1", "income per head less the living allowance and illness below the line last year", np.bool_, False
    )

    members = Column("person", "people on the register", np.int16, 0)
    residents = Column("person", "people living at home", np.int16, 0)
    adults = Column("person", "people aged 16 to 59 on the register", np.int16, 0)
    migrants = Column("person", "people working away", np.int16, 0)
    elder_share = Column("1", "share of the adults at home aged 50 or more")
    labour = Column("day/yr", "working days the household has for the farm and for local jobs")
    farm_labour = Column("day/yr", "days worked on the own farm this year: land, herds and guests; a public job")
    local_labour = Column("day/yr", "days worked for local wages this year")
    farm_days_wanted = Column("day/yr", "days its plots asked for this year")
    other_days = Column("day", "days its herds, guests and a public job ask for this year, by season", width=4)
    cooperative_days = Column("day/yr", "days worked for a cooperative for wages this year")
    idle_days = Column("day/yr", "days left without work this year")
    taken_days = Column("day/yr", "days taken on this year by planting, rooms, herds and jobs, less those given back")
    shadow_wage = Column("CNY/day", "what a day of family labour is worth at home, yuan of 2020")

    cash = Column("fen", "savings at the close of the year; debt where negative, nominal", np.int64, 0)
    grain_need = Column("kg/yr", "grain wanted for food and feed")
    grain_grown = Column("kg/yr", "grain grown this year")
    food_gap = Column("1", "share of the grain need neither grown nor affordable this year")
    income = Column(
        "fen", "net income of the year: sales, grain eaten, wages, remittances, payments, less costs", np.int64, 0
    )
    farm_income = Column("fen", "net income from the land this year, grain eaten and rents included", np.int64, 0)
    wage_income = Column("fen", "local wages of the year", np.int64, 0)
    remittances = Column("fen", "money sent home this year", np.int64, 0)
    payments = Column("fen", "payments from schemes this year", np.int64, 0)
    allowance = Column("fen", "minimum living allowance received this year, part of the payments", np.int64, 0)
    arrears = Column("fen", "what the county owes it of schemes that the county funds", np.int64, 0)
    promised = Column("fen", "what contracts promised for this year", np.int64, 0)
    rents = Column("fen", "rent received less rent paid this year", np.int64, 0)
    fined = Column("fen", "fines of this year", np.int64, 0)
    enterprise_income = Column(
        "fen", "net income this year from what is not land: herds, guests, a cooperative", np.int64, 0
    )
    cash_income = Column("fen", "cash income of the year, inputs paid", np.int64, 0)
    sick = Column("1", "a costly illness struck this year", np.bool_, False)
    consumption = Column("fen", "living costs of the year, grain eaten included", np.int64, 0)
    best_income = Column("CNY", "best income per head of the last three years, yuan of 2020: the reference point")
    income_memory = Column("CNY", "income per head of the last three years, yuan of 2020", width=3)
    care_costs = Column("fen", "paid for illness this year", np.int64, 0)
    poor = Column("1", "income per head less what illness cost below the poverty line of the year", np.bool_, False)
    fell_poor = Column("1", "became poor this year", np.bool_, False)
    poor_again = Column("1", "became poor this year, having left poverty not long ago", np.bool_, False)
    left_poverty = Column("yr", "year in which it last left poverty; 0 never", np.int16, 0)

    risk = Column("1", "curvature of value, sigma")
    loss_aversion = Column("1", "weight of losses, lambda")
    discount = Column("1/yr", "discount rate")
    belief = Column("1", "environmental belief, 0 to 1")
    trust = Column("1", "trust in the government's word, 0 to 1")
    shortfall_memory = Column("1", "remembered share of payments that never came")
    knowledge = Column("1", "knowledge of each use, 0 to 1", width="uses")
    norm = Column("1", "share of its ties that hold each use", width="uses")
    price_belief = Column("CNY/kg", "expected farm-gate price of each use's product, yuan of 2020", width="uses")
    biogas = Column("1", "burns biogas instead of wood", np.bool_, False)
    rooms = Column("1", "rooms of its homestay; 0 none", np.int16, 0)
    rooms_opened = Column("yr", "year in which it last opened a homestay; 0 never", np.int16, 0)
    guest_nights = Column("1", "room nights sold this year")
    guest_income = Column("fen", "what guests left to it this year, running costs and shares paid", np.int64, 0)
    guest_losses = Column("yr", "years running in which guests did not pay for the work", np.int16, 0)
    free_goats = Column("head", "does that graze freely")
    cattle = Column("head", "cows in its stall", np.int64, 0)
    goats = Column("head", "does it owns, free and stalled", np.int64, 0)
    stalled_goats = Column("head", "does kept in the stall", np.int64, 0)
    digester = Column("1", "has built a biogas digester for the dung of its own herd", np.bool_, False)
    manure = Column("1", "manure of its stalled stock against what its fields can take, 0 to 1")
    herd_income = Column("fen", "net income from its herds this year", np.int64, 0)
    worked = Column("ha", "crops and orchards it works, its own or rented, at the close of the year")
    backbone = Column("1", "is a backbone farmer: stays and works far more land than its own", np.bool_, False)
    returnee = Column("1", "is a returning migrant: somebody came home not long ago", np.bool_, False)
    cooperative = Column("1", "row of the cooperative it is a member of; -1 none", np.int32, -1)
    cooperative_share = Column("fen", "what it has paid into the cooperative, less losses written off", np.int64, 0)
    credit_kept = Column("CNY", "more that it may still owe as it did when in a cooperative, yuan of 2020")
    job = Column("1", "scheme that gives it a job this year, index into the schemes; -1 none", np.int16, -1)
    mortgage_credit = Column("CNY", "more that it may owe against registered rights to land, yuan of 2020")
    convention = Column("yr", "year since which it keeps the green convention of a brand; 0 it does not", np.int16, 0)
    caught = Column("1", "a plot of its was found wanting by a visit once", np.bool_, False)
    shut_out = Column("1", "gets no land contract any more, having broken one", np.bool_, False)
    ties_enrolled = Column("1", "share of its ties with land under a conversion contract")

    @property
    def cash_yuan(self) -> float:
        """Savings in yuan."""
        return self.cash / 100
