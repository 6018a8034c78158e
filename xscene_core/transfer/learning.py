"""One recipe for every trained method: levers on the same network, loop, blend and gate."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from xscene_core.evaluation.ranking import rank_answers
from xscene_core.models.blend import PEOPLE, candidates, learn_weights
from xscene_core.models.device import device
from xscene_core.models.network import Network, Shape
from xscene_core.models.training import Corpus, Penalty, Plan, train
from xscene_core.transfer.fitted import Scores
from xscene_core.transfer.pretraining import pretrain
from xscene_core.transfer.recommender import CONTENT_ALONE, NETWORK_ALONE, Trained
from xscene_core.transfer.views import Questions, SceneView, TrainingView
from xscene_core.watcher import Watcher

ADAPT = (
    Plan(epochs=20, rate=1e-3, own_rate=2e-3, full=20_000),
    Plan(epochs=10, rate=2e-4, own_rate=5e-4, full=20_000, part="all", patience=1),
)
"""First how items compare and what is special about single items, then the whole network."""
ADAPT_ITEMS = (Plan(epochs=20, rate=1e-3, own_rate=2e-3, full=20_000, part="items"),)
"""What is special about single items, and nothing else."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
CHECKED = 2000
"""At most so many held-out choices are looked at after an epoch."""


@dataclass(frozen=True)
class Recipe:
    """What one method changes.

    source : ``"none"``, ``"first"`` (the sources, then the target) or ``"together"``.
    adapt : whether the target's own choices are learned from after the sources.
    mapped : scene -> (I, d) changed content vectors of a source (feature-based).
    weights : source -> (U,) how much each of its people counts (instance-based).
    penalty : builds what is added to the loss while the sources are learned (adversarial), with the
        parameters it trains.
    frozen : whether the network stays as the sources taught it and only single items are corrected.
    anchor : weight of half the squared distance from what the sources taught, in the adaptation.
    """

    source: str
    adapt: bool = True
    mapped: dict[str, Scores] = field(default_factory=dict)
    weights: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    penalty: Callable[[Shape], tuple[Penalty, list[nn.Parameter]]] | None = None
    penalty_key: str = ""
    frozen: bool = False
    anchor: float = 0.0


def learn(name: str, view: TrainingView, recipe: Recipe, watcher: Watcher) -> Trained:
    """Fits the recipe: start as content similarity, learn from the sources, then from the target, then
    blend with simpler evidence by the held-out choices, and fall back to content where they say so.
    """
    sources = tuple(
        replace(scene, vectors=recipe.mapped.get(scene.name, scene.vectors)) for scene in view.sources
    )
    network = new_network(view.target.vectors.shape[1], view.seed)
    start = {key: value.clone() for key, value in network.state_dict().items()}
    facts: dict[str, float] = {}
    learns = (recipe.adapt or recipe.source == "together") and len(view.validation) > 0
    if recipe.source == "first" or (recipe.source == "together" and not learns):
        facts["source_epochs"] = float(pretrain(network, replace(view, sources=sources), recipe, watcher))
    content = torch.from_numpy(view.target.vectors).to(device())
    own = nn.Parameter(torch.zeros_like(content)) if learns else None
    fitted = Trained(name, view, network, own, recipe.mapped)
    if learns:
        others = [_corpus(scene, recipe) for scene in sources] if recipe.source == "together" else []
        corpora = [*others, Corpus(content, view.target.sequences, own)]
        check = checker(fitted, view.validation, view.seed)
        if recipe.source == "first":
            facts["source_share"] = settle(network, start, check)
        facts["target_epochs"] = 0.0
        held = anchored(network, recipe.anchor) if recipe.anchor > 0 else None
        plans = ADAPT_ITEMS if recipe.frozen else ADAPT
        for plan, stage in zip(plans, ("adapt", "adapt-all"), strict=False):
            facts["target_epochs"] += train(
                network,
                corpora,
                plan,
                seed=view.seed,
                stage=stage,
                watcher=watcher,
                check=check,
                penalty=held,
            )
        network.eval()
        fitted.forget()
        blend(fitted, view)
        if facts.get("source_share") == 0 and fitted.stands_for == name:
            fitted.stands_for = "target-only"
    fitted.facts |= facts | {
        f"weight_{kind}": float(weight)
        for kind, weight in zip(("network", "content", "item_knn", "popularity"), fitted.weights, strict=True)
    }
    fitted.reason = _reason(fitted, view, recipe)
    return fitted


def new_network(dimension: int, seed: int) -> Network:
    """The network at its start, drawn without touching the global random state."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(Shape(dimension)).to(device())


def anchored(network: Network, strength: float) -> Penalty:
    """strength / 2 ||theta - theta_0||^2 towards the network as it is now (Li et al., 2018)."""
    start = [parameter.detach().clone() for parameter in network.parameters()]

    def penalty(moved: Network, generator: np.random.Generator, done: float) -> Tensor:
        pairs = zip(moved.parameters(), start, strict=True)
        apart = [(parameter - kept).square().sum() for parameter, kept in pairs]
        return strength / 2 * torch.stack(apart).sum()

    return penalty


def settle(network: Network, start: dict[str, Tensor], check: Callable[[], float]) -> float:
    """Puts the network between content similarity (0) and what the sources taught (1), where the target's
    held-out choices rank best: weight interpolation (Wortsman et al., 2022). Returns the share.
    """
    taught = {key: value.clone() for key, value in network.state_dict().items()}
    best, chosen = -np.inf, SHARES[0]
    for share in SHARES:
        _mix(network, start, taught, share)
        value = check()
        if value > best:
            best, chosen = value, share
    _mix(network, start, taught, chosen)
    return chosen


def _mix(network: Network, start: dict[str, Tensor], taught: dict[str, Tensor], share: float) -> None:
    network.load_state_dict(
        {
            key: torch.lerp(start[key], value, share) if value.is_floating_point() else value.clone()
            for key, value in taught.items()
        }
        if share > 0
        else start
    )


def checker(fitted: Trained, questions: Questions, seed: int) -> Callable[[], float]:
    """Mean of 1 / log2(1 + rank) over held-out choices: NDCG without a cut, so that few people suffice."""
    rows = np.sort(np.random.default_rng([seed, 3]).permutation(len(questions))[:CHECKED])
    asked = Questions(questions.histories.take(rows), questions.answers[rows])

    def check() -> float:
        fitted.network.eval()
        fitted.forget()
        ranks, _ = rank_answers(fitted.score, asked)
        fitted.network.train()
        return float((1 / np.log2(1 + ranks)).mean())

    return check


def blend(fitted: Trained, view: TrainingView) -> None:
    """Sets the weights of the evidence by the held-out choices; falls back to content where it is as good."""
    generator = np.random.default_rng([view.seed, 5])
    rows = np.sort(generator.permutation(len(view.validation))[:PEOPLE])
    asked = Questions(view.validation.histories.take(rows), view.validation.answers[rows])
    columns = candidates(asked.answers, len(view.target.item_ids), generator)
    excluded = _already_chosen(asked, columns, len(view.target.item_ids))
    kinds = []
    for kind in fitted.evidence(asked.histories):
        scores = np.take_along_axis(kind(), columns, axis=1)
        scores[excluded] = -np.inf
        kinds.append(scores)
    fitted.weights = learn_weights(kinds, asked.answers, NETWORK_ALONE)
    check = checker(fitted, view.validation, view.seed)
    blended = check()
    learned, fitted.weights = fitted.weights, CONTENT_ALONE
    content = check()
    fitted.network.eval()
    fitted.facts |= {"held_out_blend": blended, "held_out_content": content}
    if blended > content:
        fitted.weights = learned
    else:
        fitted.stands_for = "content"


def _already_chosen(asked: Questions, columns: npt.NDArray[np.int64], items: int) -> npt.NDArray[np.bool_]:
    """(Q, C) what is no candidate: earlier choices, and the answer where it was drawn again."""
    chosen = np.zeros((len(asked), items), dtype=bool)
    chosen[np.repeat(np.arange(len(asked)), asked.histories.lengths), asked.histories.items] = True
    chosen[np.arange(len(asked)), asked.answers] = True
    excluded = np.take_along_axis(chosen, columns, axis=1)
    excluded[:, 0] = False
    return excluded


def _corpus(scene: SceneView, recipe: Recipe) -> Corpus:
    vectors = torch.from_numpy(scene.vectors).to(device())
    return Corpus(vectors, scene.sequences, None, recipe.weights.get(scene.name))


def _reason(fitted: Trained, view: TrainingView, recipe: Recipe) -> str:
    sources = " and ".join(scene.name for scene in view.sources)
    people = len(view.target.sequences)
    if fitted.stands_for == "content":
        return f"Fell back to content similarity: on held-out choices of {people} people it was as good."
    if fitted.own is None:
        return (
            f"Learned from {sources} only and applied unchanged."
            if recipe.source != "none"
            else ("There is nothing to learn from in the target, so this is content similarity.")
        )
    if fitted.facts.get("source_share") == 0:
        return (
            f"What {sources} taught ranked held-out choices of {people} people of {view.target.name} no "
            "better than content similarity, so it was left out: this is target-only."
        )
    start = {"none": "content similarity", "first": sources, "together": f"{sources} at the same time"}
    return f"Learned from {people} people of {view.target.name}, starting from {start[recipe.source]}."
