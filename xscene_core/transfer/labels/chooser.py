"""The choice among methods for a label task, and its refusal."""

from dataclasses import dataclass

from xscene_core.evaluation.statistics import Paired, paired_difference
from xscene_core.transfer.labels.choosing import Evidence, collapsed, judge
from xscene_core.transfer.labels.classifier import Classifier
from xscene_core.transfer.labels.views import LabelView
from xscene_core.transfer.method import find
from xscene_core.watcher import Watcher

FEWEST = 20
"""Labelled target rows below which methods are judged by reverse validation."""
PRIORS = {
    "manifold": "for which the labelled rows speak: near ones have the same class",
    "self-training": "which gains on most pairs that were ever measured",
}
"""What is bet on without labels of the target, in this order, and why. Manifold refuses by itself where a
linear head tells labelled rows apart better than their neighbourhoods do; then it changes nothing here."""
REFUTED = 0.10
"""A loss in reading back above which a prior is refuted. Set together with ``PRIORS`` on the 36 public pairs
of ``benchmarks/negative_transfer.py``, so its figure there is optimistic."""


@dataclass(frozen=True)
class LabelChoice:
    """``chosen`` stands for the run; ``reference`` is the plain method that it had to beat."""

    chosen: str
    reference: str
    reason: str
    facts: dict[str, float]


def fit_auto(view: LabelView, candidates: tuple[str, ...], confidence: float, watcher: Watcher) -> Classifier:
    """Judges the candidates, then fits the choice on everything."""
    plain = ("source-only", "target-only") if len(view.target.labelled) >= FEWEST else ("source-only",)
    evidence = judge(view, (*plain, *candidates), watcher, FEWEST)
    choice = choose(evidence, plain, candidates, confidence, view.seed)
    known = evidence.fitted.get(choice.chosen)
    fitted: Classifier = known or find(choice.chosen).run_labels(view, {}, watcher)
    fitted.name, fitted.stands_for = "auto", choice.chosen
    fitted.reference = "target-only" if len(view.target.labelled) else "source-only"
    fitted.reason, fitted.facts = choice.reason, choice.facts | fitted.facts
    return fitted


def choose(
    evidence: Evidence, plain: tuple[str, ...], candidates: tuple[str, ...], confidence: float, seed: int
) -> LabelChoice:
    """With labelled target rows the best candidate whose lead over the best plain method is certain.

    Without any, reading labels back favours what stays near the sources, so it can refute a method better
    than confirm one: the first of ``PRIORS`` is taken that did not collapse, changed something, and is not
    refuted; then the best candidate with a certain lead; then what is plain. Certain means over all
    candidates (Bonferroni).
    """
    means = {name: float(values.mean()) for name, values in evidence.correct.items()}
    best = max(plain, key=lambda name: means[name])
    fallen = [name for name in collapsed(evidence.diversity) if name in candidates]
    level = 1 - (1 - confidence) / max(len(candidates), 1)
    leads = {
        name: paired_difference(evidence.correct[name], evidence.correct[best], seed=seed, level=level)
        for name in candidates
        if name not in fallen and evidence.changed[name] > 0
    }
    facts = {"judged_on": float(len(evidence.correct[best])), "candidates_collapsed": float(len(fallen))}
    facts |= {f"judged/{name}": mean for name, mean in means.items()}
    asked = _asked(evidence, len(evidence.correct[best]))
    note = f" Not believed, because nearly all labels became one: {', '.join(fallen)}." if fallen else ""
    for name in () if evidence.labelled else [name for name in PRIORS if name in leads]:
        if leads[name].value >= -REFUTED:
            return LabelChoice(name, best, _not_refuted(name, best, leads[name], asked) + note, facts)
        note += f" {name} was refuted: {leads[name].value:+.1%}."
    sure = [name for name, lead in leads.items() if lead.low > 0]
    leading = max(sure or leads, key=lambda name: means[name], default="")
    if sure:
        return LabelChoice(leading, best, _chose(leading, best, leads[leading], asked, level) + note, facts)
    return LabelChoice(best, best, _abstained(leading, best, leads.get(leading), asked, level) + note, facts)


def _not_refuted(name: str, best: str, lead: Paired, asked: str) -> str:
    return (
        f"Chose {name}, {PRIORS[name]}, because nothing refutes it here: {asked} it differs from {best} by "
        f"{lead.value:+.1%}, and {-REFUTED:.0%} would refute it. Without labels of the target this is a bet, "
        "not evidence of a gain."
    )


def _asked(evidence: Evidence, count: int) -> str:
    if evidence.labelled:
        return f"for {count:,} labelled target rows, each held out once,"
    return f"when the labels of {count:,} source rows were read back from those given to the target"


def _chose(name: str, best: str, lead: Paired, asked: str, level: float) -> str:
    return (
        f"Chose {name}: {asked} it was right more often than {best}, by {lead.value:+.1%} "
        f"({level:.1%} interval {lead.low:+.1%} to {lead.high:+.1%})."
    )


def _abstained(name: str, best: str, lead: Paired | None, asked: str, level: float) -> str:
    if lead is None:
        return f"Abstained: no candidate could be believed, so {best} is kept."
    return (
        f"Abstained: {asked} no method was surely right more often than {best}; the closest, {name}, "
        f"differs by {lead.value:+.1%} ({level:.1%} interval {lead.low:+.1%} to {lead.high:+.1%}). "
        f"{best} is kept."
    )
