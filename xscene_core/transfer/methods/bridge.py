"""Bridge: what shared people chose in the sources tells what others from there will choose in the target."""

from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.sparse as sp
from pydantic import Field

from xscene_core.models.bridge import Bridge, BridgeShape
from xscene_core.models.mapping import fit_mapping
from xscene_core.models.similarity import choice_matrix, unit
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.evidence import held_out_weights
from xscene_core.transfer.fitted import Fitted, Scores, read_number, read_words
from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.transfer.crossing import Crossing

EVIDENCE = ("ridge", "walk", "popularity", "content", "mapping", "order")
START = 0.5
"""Weight of each kind before held-out choices say anything; those of the last two must be earned."""
ROWS = 8192
"""People whose taste is looked at at a time."""
CONTENT_SCALE = 8.0


class BridgeParams(Params):
    rarity: float = Field(default=0.5, ge=0, le=4)
    """Power of the idf by which a source item counts in the regression."""
    ridge: float = Field(default=30.0, gt=0, le=1e6)
    """Regularisation, in mean squared lengths of a shared person's history."""
    steps: int = Field(default=2, ge=1, le=10)
    """How often the walk goes from items to people and back."""
    content: bool = True
    """Whether content is among the evidence: its similarity, and where shared people's taste maps to."""
    order: bool = True
    """Whether a sequence network learns what follows what from the sources into the target."""


class Bridged(Fitted):
    """score = the sum of w_k times the evidence of kind k, see ``EVIDENCE``, ``models.bridge`` and
    ``transfer.crossing``.

    weights : (6,) float64.
    """

    name = "bridge"

    def __init__(self, view: TrainingView, params: BridgeParams) -> None:
        super().__init__(view)
        self.params = params
        self.weights = np.array([START] * 3 + [START if params.content else 0.0, 0.0, 0.0])
        self.crossing: Crossing | None = None
        scenes = (view.target, *view.sources)
        people = reduce(
            lambda known, more: known.union(more), [pd.Index(one.sequences.people) for one in scenes]
        )
        names = people.to_numpy(dtype=object)
        own = view.target.sequences
        row = people.get_indexer(pd.Index(own.people))
        place = sp.csr_matrix(
            (np.ones(len(own), np.float32), (row, np.arange(len(own)))), shape=(len(names), len(own))
        )
        here = place @ choice_matrix(own, len(view.target.item_ids))
        shape = BridgeShape(params.rarity, params.ridge, params.steps)
        self.bridge = Bridge(self.elsewhere.counts(names), here.tocsr(), shape)

    @cached_property
    def mapping(self) -> Scores:
        """(d, d) from people's mean content in the sources to that in the target, see ``models.mapping``."""
        people, vectors = self.view.target.sequences, self.view.target.vectors
        starts = range(0, max(len(people), 1), ROWS)
        blocks = (people.take(np.arange(start, min(start + ROWS, len(people)))) for start in starts)
        return fit_mapping(
            (
                self.taste(self.elsewhere.counts(some.people)),
                unit(choice_matrix(some, len(vectors)) @ vectors),
            )
            for some in blocks
        )

    @cached_property
    def _there(self) -> Scores:
        """(S, d) content of the items of all sources, in the order in which ``elsewhere`` counts them."""
        return np.vstack([one.vectors for one in self.view.sources])

    def taste(self, counts: sp.csr_matrix) -> Scores:
        """(Q, d) mean content of what people chose in the sources, of unit length; zero where nothing."""
        return unit(counts @ self._there)

    def score(self, histories: Sequences) -> Scores:
        found = np.zeros((len(histories), len(self.view.target.item_ids)), dtype=np.float32)
        for weight, kind in zip(self.weights, self.evidence(histories), strict=True):
            found += np.float32(weight) * kind
        return found

    def evidence(self, histories: Sequences) -> list[Scores]:
        """The (Q, I) scores of each kind, from what people chose elsewhere and, if anything, here."""
        own = choice_matrix(histories, len(self.view.target.item_ids))
        there = self.elsewhere.counts(histories.people)
        kinds = self.bridge.evidence(there, own)
        used = self.params.content
        nothing = np.zeros_like(kinds[0])
        content = CONTENT_SCALE * self.content(histories) if used else nothing
        mapped = CONTENT_SCALE * self.mapped(there) if used else nothing
        order = self.crossing.score(histories) if self.crossing else nothing
        return [*kinds, content.astype(np.float32), mapped.astype(np.float32), order]

    def mapped(self, counts: sp.csr_matrix) -> Scores:
        """(Q, I) cosine of target items and where the taste behind (Q, S) choices in the sources maps to."""
        return np.asarray(unit(self.taste(counts) @ self.mapping) @ self.view.target.vectors.T)

    def save(self, folder: Path) -> None:
        super().save(folder)
        if self.crossing is not None:
            self.crossing.save(folder)

    def score_new(self, histories: Sequences, scene: str, vectors: Scores) -> Scores:
        """By content alone: no choice says anything about items that nobody has chosen."""
        return self.represent_people(histories, scene) @ vectors.T

    def facts_found(self) -> dict[str, float]:
        """What is shown of the fit, and what ``load`` needs."""
        weights = {f"weight_{kind}": float(w) for kind, w in zip(EVIDENCE, self.weights, strict=True)}
        given = {name: float(value) for name, value in self.params.model_dump().items()}
        return {"shared_people": float(len(self.bridge.shared)), **weights, **given}


def fit(view: TrainingView, params: BridgeParams, watcher: Watcher) -> Bridged:
    watcher.progress("bridge", 0.0)
    fitted = Bridged(view, params)
    if params.order and len(view.validation):
        from xscene_core.transfer.crossing import learn_crossing

        fitted.crossing = learn_crossing(view, watcher)
    watcher.progress("bridge", 0.2)
    if len(view.validation):
        fitted.weights = held_out_weights(
            fitted.evidence, view, fitted.weights, lambda done: watcher.progress("bridge", 0.2 + 0.7 * done)
        )
    watcher.progress("bridge", 0.9)
    fitted.facts = fitted.facts_found()
    held = len(view.validation)
    weighed = f"weighed by the held-out choices of {held} people" if held else "weighed as it stands"
    shared = len(fitted.bridge.shared)
    fitted.reason = f"{shared} people chose both in a source and in the target; what they tell is {weighed}."
    watcher.progress("bridge", 1.0)
    return fitted


def load(folder: Path, view: TrainingView) -> Bridged:
    from xscene_core.transfer.crossing import load_crossing

    given = {name: read_number(folder, name) for name in BridgeParams.model_fields}
    params = BridgeParams.model_validate(given)
    fitted = Bridged(view, params)
    fitted.crossing = load_crossing(folder, view)
    fitted.weights = np.array([read_number(folder, f"weight_{kind}", 0.0) for kind in EVIDENCE])
    read_words(folder, fitted)
    return fitted


register(
    Method(
        name="bridge",
        family="model",
        summary="People who were in both scenes link what is chosen there with what is chosen here",
        source="Ridge regression; graph filter (Shen et al., 2021); mapping (Man et al., 2017); attention",
        params=BridgeParams,
        reference="popularity",
        fit=fit,
        load=load,
        refusal="The bridge links choices of shared people; a label task has none.",
    )
)
