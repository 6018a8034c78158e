"""Whether what scenes teach about texts holds in a scene not seen: each source in the target's place.

The chooser needs evidence where the target has few choices or none. The others teach the encoder, shorter
than they would in earnest, and content similarity is asked for the left-out source's last choices with the
texts read as before and as taught: a validation by the scene left out (Gulrajani and Lopez-Paz, 2021). No
choice in the target is looked at.
"""

from dataclasses import dataclass, replace

import numpy as np

from xscene_core.encoders.encoding import encode_by
from xscene_core.encoders.sentences import Sentences, TaughtSentences
from xscene_core.evaluation.statistics import Paired, paired_difference
from xscene_core.transfer import text_teaching
from xscene_core.transfer.source_questions import Floats, of_content
from xscene_core.transfer.text_teaching import sentences_of, teach, teachers
from xscene_core.transfer.views import SceneView, TrainingView
from xscene_core.watcher import Watcher

MOST = 2_000
"""People asked of each source."""
SHORTER = 3
"""A trial takes so many times fewer steps than the teaching itself."""


@dataclass(frozen=True)
class TextTrial:
    """Change of NDCG@10 of content similarity by text, of all people asked and of each source's.

    level : of the intervals. They are about people; that the target is a scene like the sources is believed.
    """

    people: int
    gain: Paired
    each: dict[str, Paired]
    level: float

    @property
    def sure(self) -> bool:
        """Whether it helps for certain, and in every source."""
        return self.gain.low > 0 and all(one.value > 0 for one in self.each.values())

    @property
    def sentence(self) -> str:
        gain, named = self.gain, " and ".join(self.each)
        return (
            f"with each of {named} in the target's place, what others taught about texts (a shorter course) "
            f"changed NDCG@10 of content similarity by {gain.value:+.4f} ({self.level:.1%} interval "
            f"{gain.low:+.4f} to {gain.high:+.4f}) on last choices of {self.people:,} people"
        )

    @property
    def facts(self) -> dict[str, float]:
        return {
            "text_trial_gain": self.gain.value,
            "text_trial_gain_low": self.gain.low,
            "text_trial_gain_high": self.gain.high,
        }


def try_teaching(view: TrainingView, level: float, watcher: Watcher) -> TextTrial | None:
    """None where there is no sentence encoder, or fewer than two sources: nobody is left to teach.

    People of the source left out do not teach, and of what makes the vectors only texts are looked at.
    """
    encoder, scenes = sentences_of(view), teachers(view)
    if encoder is None or len(scenes) < 2:
        return None
    course = replace(text_teaching.COURSE, steps=max(1, text_teaching.COURSE.steps // SHORTER))
    before: dict[str, Floats] = {}
    after: dict[str, Floats] = {}
    for scene in scenes:
        others = [_without(one, scene) for one in scenes if one is not scene]
        if not any((one.sequences.lengths >= 2).any() for one in others):
            return None
        taught = TaughtSentences(encoder, teach(view, encoder, others, course, watcher))
        for reader, found in ((encoder, before), (taught, after)):
            found[scene.name] = _worth(view, scene, reader, watcher)
    each = {name: paired_difference(after[name], before[name], level=level) for name in before}
    whole, plain = (np.concatenate(list(found.values())) for found in (after, before))
    return TextTrial(len(whole), paired_difference(whole, plain, level=level), each, level)


def _without(scene: SceneView, other: SceneView) -> SceneView:
    """The scene without people of another one."""
    kept = np.flatnonzero(~np.isin(scene.sequences.people, other.sequences.people))
    return replace(scene, sequences=scene.sequences.take(kept))


def _worth(view: TrainingView, scene: SceneView, reader: Sentences, watcher: Watcher) -> Floats:
    """Of content similarity in ``scene`` as ``reader`` reads it."""
    assert view.encoding is not None
    items = {scene.name: view.encoding.items[scene.name]}
    space = encode_by([reader], items, view.encoding.name, view.encoding.cache, watcher)
    return of_content(replace(scene, vectors=space.vectors[scene.name]), MOST, view.seed)
