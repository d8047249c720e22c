"""What households take from one another and from what they live through: norms, knowledge, belief, trust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from village_abm.params import needs
from village_abm.society.ties import tie_share
from village_abm.streams import Streams


@dataclass(frozen=True)
class Learning:
    """How fast and from whom households learn."""

    knowledge_spread: float = needs("1/yr", "share of missing knowledge gained in a year if all ties are experienced")
    belief_memory: float = needs("1", "share of environmental belief carried into the next year")
    belief_start: float = needs("1", "environmental belief at the start")
    greening_full: float = needs("1", "gain in cover that is seen as complete greening")
    trust_start: float = needs("1", "trust in the government's word at the start")
    trust_rise: float = needs("1", "share of the missing trust gained in a year of full delivery")
    trust_fall: float = needs("1", "share of trust lost in a year when nothing promised was delivered")
    trust_fine: float = needs("1", "share of trust lost when fined")
    innovators: float = needs("1", "share of households that know every use from the start")
    demonstration: bool = needs(None, "whether enough growers among the ties show a household how to begin")
    threshold: float = needs("1", "share of experienced ties at which a mean household is shown a use")
    threshold_spread: float = needs("1", "standard deviation of that share between households")
    threshold_open: float = needs("1", "that share for backbone farmers and returning migrants, at most")
    demonstrated: float = needs("1", "knowledge of a use that has been shown")
    shortfall_memory: float = needs("1", "share of remembered shortfall carried into the next year of a promise")


def norms(ties: csr_matrix, holds: np.ndarray, deciders: np.ndarray, threshold: float) -> np.ndarray:
    """Share of each household's ties that hold a use, counting only ties that have decided.

    `holds` of shape (household,) or (household, use), `deciders` (household,) says who has decided (all the
    living in an ordinary year). Where none has, the threshold of the choice that is asked about, so that the norm
    pulls neither way (sequential waves of enrolment). Shape of `holds`.
    """
    return tie_share(ties, holds, deciders, otherwise=threshold)


def knowledge(
    rules: Learning,
    ties: csr_matrix,
    known: np.ndarray,
    experienced: np.ndarray,
    alive: np.ndarray,
    threshold: np.ndarray | None = None,
) -> np.ndarray:
    """Knowledge of each use a year on; shapes (household, use), between 0 and 1.

    `k' = k + spread x (share of ties experienced) x (1 - k)`, and 1 for who has done it: it spreads only
    from those who have (a village peer-effect model, JASSS 2018), not from those who have merely heard.
    From `threshold` (household,) of experienced ties on, and never without one, k' is no less than
    `demonstrated` (complex contagion, Centola and Macy 2007); None switches demonstration off.
    """
    share = tie_share(ties, experienced, alive, otherwise=0.0)
    after = known + rules.knowledge_spread * share * (1 - known)
    if threshold is not None:
        shown = (share > 0) & (share >= threshold[:, None])
        after = np.where(shown, np.maximum(after, rules.demonstrated), after)
    return np.where(experienced, 1.0, after)


def thresholds(rules: Learning, ids: np.ndarray, open_minded: np.ndarray, streams: Streams) -> np.ndarray | None:
    """Share of experienced ties from which each household is shown a use, normal, drawn for good; (household,).

    No more than `threshold_open` for the open-minded (households,), backbone farmers and returning migrants. None
    where nobody is shown anything.
    """
    if not rules.demonstration:
        return None
    drawn = rules.threshold + rules.threshold_spread * streams.normal("learning.threshold", 0, ids)
    return np.where(open_minded, np.minimum(drawn, rules.threshold_open), drawn)


def best_off_tie(ties: csr_matrix, income: np.ndarray, ids: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """The living tie of each household with the highest income, -1 where none has more than itself; (household,).

    Of equals the one with the lowest permanent id.
    """
    looker = np.repeat(np.arange(len(income)), np.diff(ties.indptr))
    tie = ties.indices[alive[ties.indices]]
    looker = looker[alive[ties.indices]]
    order = np.lexsort((ids[tie], -income[tie], looker))
    looker, tie = looker[order], tie[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = looker[1:] != looker[:-1]
    first &= income[tie] > income[looker]
    best = np.full(len(income), -1)
    best[looker[first]] = tie[first]
    return best


def environmental_belief(
    rules: Learning, belief: np.ndarray, cover_gain: np.ndarray, campaign: np.ndarray | float
) -> np.ndarray:
    """Environmental belief a year on, `m e + (1 - m) min(1, seen + campaign)`; shape (household,), 0 to 1.

    `seen` is the gain in cover around the household since it can remember over `greening_full`, no less
    than nothing; `campaign` the reach of public information (0 to 1). Perception saturates at one.
    """
    seen = np.maximum(cover_gain, 0.0) / rules.greening_full
    return rules.belief_memory * belief + (1 - rules.belief_memory) * np.minimum(1.0, seen + campaign)


def delivered_share(delivered: np.ndarray, promised: np.ndarray) -> np.ndarray:
    """Share of what was promised that came, 0 to 1 (more counts as all); 1 where nothing was promised."""
    share = np.divide(delivered, promised, out=np.ones(np.shape(promised)), where=promised > 0)
    return np.clip(share, 0.0, 1.0)


def remembered_shortfall(
    rules: Learning, remembered: np.ndarray, delivered: np.ndarray, promised: np.ndarray
) -> np.ndarray:
    """Shortfall as remembered, `m x + (1 - m) missing share`; unmoved in a year without promises."""
    kept = rules.shortfall_memory
    after = kept * remembered + (1 - kept) * (1 - delivered_share(delivered, promised))
    return np.where(promised > 0, after, remembered)


def trust(
    rules: Learning, held: np.ndarray, delivered: np.ndarray, promised: np.ndarray, fined: np.ndarray
) -> np.ndarray:
    """Trust a year on; shape (household,), between 0 and 1 without clipping.

    `t (1 - fall x shortfall) (1 - fine x fined)`, then `+ rise x delivered share x (1 - t)`; with nothing
    promised only a fine counts. `delivered` and `promised` in the same money, `fined` 0 or 1.
    """
    owed = promised > 0
    share = delivered_share(delivered, promised)
    after = held * (1 - rules.trust_fall * (1 - share) * owed) * (1 - rules.trust_fine * fined)
    return after + rules.trust_rise * share * owed * (1 - after)
