"""How much each kind of evidence counts, learned from held-out choices."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Scores = npt.NDArray[np.float32]
PEOPLE, CANDIDATES = 1000, 4000
RIDGE = 4.0
"""Nats that moving a weight by one must earn over the whole held-out set."""


def learn_weights(
    evidence: list[Scores], answers: npt.NDArray[np.int32], prior: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """(K,) weights >= 0 of K kinds of scores, by penalised maximum likelihood of the held-out choices.

    minimise  -sum_q log softmax(sum_k w_k E_k[q])[answer_q] + RIDGE * sum_k (w_k - prior_k)^2,  w >= 0:
    convex, so there is one answer; it moves from ``prior`` only as far as the number of held-out choices
    supports, which is how the weights grow with target data.

    evidence : K arrays (Q, C) whose column 0 is the answer's score; -inf where not a candidate.
    """
    stacked = np.stack(evidence).astype(np.float64)
    ruled_out = ~np.isfinite(stacked).all(axis=0)
    stacked[:, ruled_out] = 0.0
    flat = stacked.reshape(len(stacked), -1)  # products with it need no copies of the size of the evidence
    chosen = stacked[:, :, 0].sum(axis=1)

    def cost(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        chance = (weights @ flat).reshape(ruled_out.shape)
        wanted = chance[:, 0].copy()
        chance[ruled_out] = -np.inf
        highest = chance.max(axis=1, keepdims=True)
        np.exp(np.subtract(chance, highest, out=chance), out=chance)
        total = chance.sum(axis=1, keepdims=True)
        chance /= total
        norm = np.log(total[:, 0]) + highest[:, 0]
        loss = float((norm - wanted).sum() + RIDGE * ((weights - prior) ** 2).sum())
        slope = flat @ chance.ravel() - chosen
        return loss, slope + 2 * RIDGE * (weights - prior)

    found = minimize(cost, prior, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(prior))
    return np.asarray(found.x)


def candidates(
    answers: npt.NDArray[np.int32], items: npt.NDArray[np.int64], generator: np.random.Generator
) -> npt.NDArray[np.int64]:
    """(Q, C) item rows to compare: the answer first, then the same others of ``items`` for everybody."""
    others = generator.permutation(items)[:CANDIDATES]
    return np.hstack([answers[:, None], np.tile(others, (len(answers), 1))]).astype(np.int64)
