"""One recipe for every trained method: levers on the same network, loop, blend and gate."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from xscene_core.evaluation.ranking import rank_answers
from xscene_core.evaluation.statistics import paired_difference
from xscene_core.models.device import device
from xscene_core.models.network import Network, Shape
from xscene_core.models.sequence import SequenceNetwork, SequenceShape
from xscene_core.models.training import Corpus, Penalty, Placing, Plan, train
from xscene_core.scenes.sequences import Sequences
from xscene_core.transfer.evidence import held_out_weights
from xscene_core.transfer.fitted import Fitted, Scores
from xscene_core.transfer.pretraining import pretrain
from xscene_core.transfer.recommender import CONTENT_ALONE, EVIDENCE, NETWORK_ALONE, OF_THE_ITEM, Trained
from xscene_core.transfer.rehearsal import FEWEST as FEWEST_JUDGES
from xscene_core.transfer.text_teaching import taught_by_sources
from xscene_core.transfer.tower import Tower
from xscene_core.transfer.unchosen import weigh_unchosen
from xscene_core.transfer.views import Questions, SceneView, TrainingView
from xscene_core.watcher import Watcher

ADAPT = Plan(epochs=20, rate=1e-3, own_rate=2e-3, full=0)
"""How items compare, and what is special about single ones: drawn candidates teach it as well as the whole
catalogue, in half of the time."""
FOLLOW = Plan(epochs=30, rate=1e-3, own_rate=1e-3, full=50_000, patience=3)
"""What comes next in which order: learned well only over the whole catalogue (see ``SequenceNetwork``)."""
FEW = 50_000
"""With fewer predictions the sequence network takes more, smaller steps: an epoch of a few large
batches ends long before it has learned what they say."""
FEW_AT_ONCE = 512
FEWEST = 2_000
"""Fewer predictions of next choices, the sources' among them where they are learned from, teach a sequence
network nothing that held-out choices confirm."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SHARES_KEPT = ("source_share", "sequence_source_share")
"""Facts: how much of what the sources taught each network kept."""
CHECKED = 2000
"""At most so many held-out choices are looked at after an epoch."""


@dataclass(frozen=True)
class Recipe:
    """What one method changes.

    source : ``"none"``, ``"first"`` (the sources, then the target) or ``"together"``.
    adapt : whether the target's own choices are learned from after the sources.
    mapped : scene -> (I, d) changed content vectors of a source (feature-based).
    weights : source -> (U,) how much each of its people counts (instance-based).
    penalty : from the number of content dimensions, what is added to the loss while the sources are learned
        (adversarial), with the parameters it trains.
    frozen : whether the network stays as the sources taught it and only single items are corrected.
    anchor : weight of half the squared distance from what the sources taught, in the adaptation.
    text : whether the sources teach the sentence encoder first (``text_teaching``). Where fewer people of
        the target than can be evidence have held-out choices, nothing else is learned then.
    """

    source: str
    adapt: bool = True
    mapped: dict[str, Scores] = field(default_factory=dict)
    weights: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    penalty: Callable[[int], tuple[Penalty, list[nn.Parameter]]] | None = None
    penalty_key: str = ""
    frozen: bool = False
    anchor: float = 0.0
    text: bool = False


def learn(name: str, view: TrainingView, recipe: Recipe, watcher: Watcher) -> Trained:
    """Fits the recipe: start as content similarity, learn from the sources, then from the target, then
    blend with simpler evidence by the held-out choices, and fall back to content where they say so.

    Two networks take these steps one after the other: how items compare, and what follows what.
    """
    enough = len(view.validation) >= (FEWEST_JUDGES if recipe.text else 1)
    learns = (recipe.adapt or recipe.source == "together") and enough
    facts: dict[str, float] = {}
    if recipe.text:
        view, facts = _read_as_taught(view, watcher)
        recipe = recipe if learns else replace(recipe, source="none")
    mapped = (replace(one, vectors=recipe.mapped.get(one.name, one.vectors)) for one in view.sources)
    given = replace(view, sources=tuple(mapped))
    tower = Tower(view, new_network(view), None, recipe.mapped)
    facts |= _teach(tower, given, recipe, learns, ("pretrain", "adapt"), watcher)
    fitted = Trained(name, view, tower)
    taught = view.sources if recipe.source != "none" else ()
    predictions = sum(map(_predictions, (view.target, *taught)))
    if learns and predictions >= FEWEST:
        fitted.sequence = Tower(view, new_sequence_network(view), None, recipe.mapped)
        plain = replace(recipe, penalty=None, penalty_key="")
        follow = _teach(fitted.sequence, given, plain, learns, ("pretrain-order", "adapt-order"), watcher)
        facts |= {f"sequence_{fact}": value for fact, value in follow.items()}
    if learns:
        fitted.speak_for_unchosen()
        blend(fitted, view)
    fitted.facts |= facts | _weights(fitted)
    fitted.stands_for = _the_same_as(fitted, recipe, learns)
    fitted.reason = _reason(fitted, view, recipe)
    return fitted


def _read_as_taught(view: TrainingView, watcher: Watcher) -> tuple[TrainingView, dict[str, float]]:
    """The view as the encoder reads it that the sources have taught, unless content similarity then surely
    ranks the target's held-out choices worse: few of them say little, and the sources are many."""
    taught = taught_by_sources(view, watcher)
    if taught is view:
        return view, {"text_taught": 0.0}
    if len(view.validation) < FEWEST_JUDGES:
        return taught, {"text_taught": 1.0}
    before, after = (
        held_out_values(Fitted(one).content, view.validation, view.seed)() for one in (view, taught)
    )
    kept = paired_difference(after, before, seed=view.seed).high >= 0
    facts = {"held_out_text": float(before.mean()), "held_out_text_taught": float(after.mean())}
    return taught if kept else view, facts | {"text_taught": float(kept)}


def _teach(
    tower: Tower, view: TrainingView, recipe: Recipe, learns: bool, stages: tuple[str, str], watcher: Watcher
) -> dict[str, float]:
    """Trains the tower's network as the recipe says; how many passes each scene's choices took."""
    network = tower.network
    facts: dict[str, float] = {}
    start = {key: value.clone() for key, value in network.state_dict().items()}
    if recipe.source == "first" or (recipe.source == "together" and not learns):
        facts["source_epochs"] = float(pretrain(network, view, recipe, stages[0], watcher))
    if not learns:
        return facts
    content = torch.from_numpy(view.target.vectors).to(device())
    with torch.no_grad():
        tower.own = nn.Parameter(torch.zeros_like(network.place_items(content)))
    others = [_corpus(scene, recipe) for scene in view.sources] if recipe.source == "together" else []
    check = checker(tower, view.validation, view.seed)
    if recipe.source == "first":
        facts["source_share"] = settle(network, start, check)
    plan = ADAPT if isinstance(network, Network) else following(_predictions(view.target))
    facts["target_epochs"] = float(
        train(
            network,
            [*others, Corpus(content, view.target.sequences, tower.own)],
            replace(plan, shared=not recipe.frozen),
            seed=view.seed,
            stage=stages[1],
            watcher=watcher,
            check=check,
            penalty=anchored(network, recipe.anchor) if recipe.anchor > 0 else None,
            checkpoints=view.checkpoints,
        )
    )
    network.eval()
    tower.forget()
    return facts


def following(predictions: int) -> Plan:
    """How to learn what comes next from so many choices."""
    return replace(FOLLOW, batch=FEW_AT_ONCE) if predictions < FEW else FOLLOW


def _predictions(scene: SceneView) -> int:
    return int(np.maximum(scene.sequences.lengths - 1, 0).sum())


def new_network(view: TrainingView) -> Network:
    """The content network at its start, drawn without touching the global random state."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(view.seed)
        return Network(Shape(view.target.vectors.shape[1])).to(device())


def new_sequence_network(view: TrainingView) -> SequenceNetwork:
    """The sequence network at its start, drawn in the same way."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(view.seed + 1)
        return SequenceNetwork(SequenceShape(view.target.vectors.shape[1])).to(device())


def anchored(network: Placing, strength: float) -> Penalty:
    """strength / 2 ||theta - theta_0||^2 towards the network as it is now (Li et al., 2018)."""
    start = [parameter.detach().clone() for parameter in network.parameters()]

    def penalty(moved: Placing, generator: np.random.Generator, done: float) -> Tensor:
        pairs = zip(moved.parameters(), start, strict=True)
        apart = [(parameter - kept).square().sum() for parameter, kept in pairs]
        return strength / 2 * torch.stack(apart).sum()

    return penalty


def settle(network: Placing, start: dict[str, Tensor], check: Callable[[], float]) -> float:
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


def _mix(network: Placing, start: dict[str, Tensor], taught: dict[str, Tensor], share: float) -> None:
    network.load_state_dict(
        {
            key: torch.lerp(start[key], value, share) if value.is_floating_point() else value.clone()
            for key, value in taught.items()
        }
        if share > 0
        else start
    )


class Learning(Protocol):
    """What is judged while it learns."""

    @property
    def network(self) -> Placing:
        """The network in training."""

    def forget(self) -> None:
        """The network has changed."""

    def score(self, histories: Sequences) -> Scores:
        """(Q, I) scores of all target items."""


def checker(learning: Learning, questions: Questions, seed: int) -> Callable[[], float]:
    """How well held-out choices are ranked by what is being learned, see ``held_out_quality``."""
    quality = held_out_quality(learning.score, questions, seed)

    def check() -> float:
        learning.network.eval()
        learning.forget()
        value = quality()
        learning.network.train()
        return value

    return check


def held_out_quality(
    score: Callable[[Sequences], Scores], questions: Questions, seed: int
) -> Callable[[], float]:
    """Mean of 1 / log2(1 + rank) over held-out choices: NDCG without a cut, so that few people suffice."""
    values = held_out_values(score, questions, seed)
    return lambda: float(values().mean())


def held_out_values(
    score: Callable[[Sequences], Scores], questions: Questions, seed: int
) -> Callable[[], npt.NDArray[np.float64]]:
    """The same person by person, of the same people in the same order whatever is scored."""
    rows = np.sort(np.random.default_rng([seed, 3]).permutation(len(questions))[:CHECKED])
    asked = Questions(questions.histories.take(rows), questions.answers[rows])
    return lambda: 1 / np.log2(1 + rank_answers(score, asked)[0])


def blend(fitted: Trained, view: TrainingView) -> None:
    """Sets the weights of the evidence by the held-out choices; falls back to content where it is as good."""

    def evidence(histories: Sequences) -> list[Scores]:
        return [kind() for kind in fitted.evidence(histories)]

    check = held_out_quality(fitted.score, view.validation, view.seed)
    fitted.weights = CONTENT_ALONE
    content = check()
    fitted.weights = held_out_weights(evidence, view, NETWORK_ALONE)
    blended = check()
    fitted.facts |= {"held_out_blend": blended, "held_out_content": content}
    if blended <= content:
        fitted.weights, fitted.stands_for = CONTENT_ALONE, "content"
    elif fitted.stand_ins is not None:
        fitted.unchosen = weigh_unchosen(evidence, view, fitted.weights, fitted.weights * OF_THE_ITEM)


def _corpus(scene: SceneView, recipe: Recipe) -> Corpus:
    vectors = torch.from_numpy(scene.vectors).to(device())
    return Corpus(vectors, scene.sequences, None, recipe.weights.get(scene.name))


def _weights(fitted: Trained) -> dict[str, float]:
    """The weights of the evidence by name, those of items that nobody has chosen apart."""
    names = [kind.replace("-", "_") for kind in EVIDENCE]
    facts = {f"weight_{name}": float(weight) for name, weight in zip(names, fitted.weights, strict=True)}
    if fitted.unchosen is not None:
        own = zip(names, fitted.unchosen.weights, strict=True)
        facts |= {f"unchosen_weight_{name}": float(weight) for name, weight in own}
        facts["unchosen_level"] = fitted.unchosen.level
    return facts


def _left_out(facts: dict[str, float]) -> bool:
    """Whether neither the networks nor the encoder kept anything of what the sources taught."""
    kept = [facts[name] for name in ("text_taught", *SHARES_KEPT) if name in facts]
    return bool(kept) and not any(kept)


def _the_same_as(fitted: Trained, recipe: Recipe, learns: bool) -> str:
    """The plainer method that a fit is, where nothing of the source was kept; else its own name."""
    taught = fitted.facts.get("text_taught", 0.0) > 0
    if fitted.stands_for == "content" and taught:  # of other vectors than the baseline's
        return fitted.name
    if not learns and recipe.text and not taught:
        return "content"
    if fitted.stands_for != fitted.name or not learns:
        return fitted.stands_for
    as_many = (fitted.sequence is not None) == (_predictions(fitted.view.target) >= FEWEST)
    if _left_out(fitted.facts) and as_many and not recipe.frozen and recipe.anchor == 0:
        return "target-only"
    return "fine-tune" if recipe.text and not taught else fitted.name


def _reason(fitted: Trained, view: TrainingView, recipe: Recipe) -> str:
    sources = " and ".join(scene.name for scene in view.sources)
    people = len(view.target.sequences)
    read = f", of texts as {sources} taught to read them" if fitted.facts.get("text_taught", 0.0) > 0 else ""
    if fitted.tower.own is None:
        if recipe.source != "none":
            return f"Learned from {sources} only and applied unchanged."
        little = "too little" if people else "nothing"
        return f"There is {little} to learn from in the target, so this is content similarity{read}."
    if np.array_equal(fitted.weights, CONTENT_ALONE):
        return (
            f"Fell back to content similarity{read}: on held-out choices of {people} people it was as good."
        )
    if _left_out(fitted.facts):
        same = ": this is target-only" if fitted.stands_for == "target-only" else ""
        return (
            f"What {sources} taught ranked held-out choices of {people} people of {view.target.name} no "
            f"better than content similarity, so it was left out{same}."
        )
    if recipe.text and fitted.stands_for == "fine-tune":
        if "held_out_text" in fitted.facts:
            why = f"with texts as {sources} taught to read them content ranked held-out choices surely worse"
        else:
            why = "there is no sentence encoder here that sources could teach"
        return f"This is fine-tune: {why}."
    start = {"none": "content similarity", "first": sources, "together": f"{sources} at the same time"}
    from_ = start[recipe.source]
    if recipe.source == "first" and not any(fitted.facts.get(one, 0.0) for one in SHARES_KEPT):
        from_ = start["none"]
    return f"Learned from {people} people of {view.target.name}, starting from {from_}{read}."
