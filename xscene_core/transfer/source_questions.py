"""What content similarity is worth in a scene whose choices are all known, such as a source."""

import numpy as np
import numpy.typing as npt

from xscene_core.evaluation.ranking import Score, metric, rank_answers
from xscene_core.models.similarity import content_people
from xscene_core.transfer.views import Questions, SceneView

METRIC = "ndcg@10"
Floats = npt.NDArray[np.float64]


def of_content(scene: SceneView, most: int, seed: int) -> Floats:
    """(P,) NDCG@10 of the last choice of at most ``most`` people of ``scene``, asked after those before it;
    the same people in the same order whatever the vectors."""
    chosen, vectors = scene.sequences, scene.vectors
    rows = np.flatnonzero(chosen.lengths > 1)
    stops = chosen.indptr[1:][rows] - 1
    earlier = chosen.slice(rows, chosen.indptr[:-1][rows], stops)
    asked = some_of(Questions(earlier, chosen.items[stops]), most, seed)
    return values_of(lambda histories: content_people(histories, vectors) @ vectors.T, asked)


def values_of(score: Score, asked: Questions) -> Floats:
    """(Q,) NDCG@10 of each question."""
    return metric(METRIC, rank_answers(score, asked)[0])


def some_of(asked: Questions, most: int, seed: int) -> Questions:
    """At most ``most`` of the questions, drawn by ``seed``."""
    if len(asked) <= most:
        return asked
    rows = np.sort(np.random.default_rng([seed, 53]).permutation(len(asked))[:most])
    return Questions(asked.histories.take(rows), asked.answers[rows])
