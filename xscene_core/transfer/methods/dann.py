"""DANN: while the sources are learned, a discriminator must not be able to tell the scenes apart."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from xscene_core.transfer.method import Method, Params, register
from xscene_core.transfer.views import TrainingView
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from torch import nn

    from xscene_core.models.training import Penalty
    from xscene_core.transfer.labels.classifier import Classifier
    from xscene_core.transfer.labels.network import LabelNetwork
    from xscene_core.transfer.labels.views import LabelView
    from xscene_core.transfer.recommender import Trained


class DannParams(Params):
    strength: float = Field(default=1.0, ge=0, le=100)
    """Largest lambda of the gradient reversal; it rises from 0 as training goes on."""
    hidden: int = Field(default=64, ge=1, le=1024)
    """Width of the discriminator."""
    drawn: int = Field(default=256, ge=8, le=8192)
    """Items of each scene shown to the discriminator at every step (ranking tasks)."""
    rows: int = Field(default=64, ge=2, le=8192)
    """Rows of each scene shown to it at every step (label tasks)."""
    epochs: int = Field(default=10, ge=1, le=1000)
    """Passes over the labelled rows (label tasks)."""
    rate: float = Field(default=2e-3, gt=0, le=1)
    """Learning rate of the discriminator (label tasks)."""


def fit(view: TrainingView, params: DannParams, watcher: Watcher) -> "Trained":
    """min over towers, max over discriminator of L_choice - lambda_p L_scene, then fine-tuning.

    L_scene is the discriminator's cross-entropy on placed items of all scenes; target items need no labels.
    With strength 0 this is fine-tune, bit for bit.
    """
    from xscene_core.transfer.learning import Recipe, learn

    def penalty(dimension: int) -> "tuple[Penalty, list[nn.Parameter]]":
        import torch

        from xscene_core.models.adversary import Discriminator, SceneConfusion
        from xscene_core.models.device import device

        content = [  # by id, so that what is drawn does not depend on the order of the rows
            torch.from_numpy(scene.vectors[np.argsort(scene.item_ids)]).to(device())
            for scene in (*view.sources, view.target)
        ]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(view.seed + 1)
            discriminator = Discriminator(dimension, len(content), params.hidden).to(device())
        confusion = SceneConfusion(content, discriminator, params.strength, params.drawn, view.seed)
        return confusion, list(discriminator.parameters())

    recipe = Recipe("first")
    if params.strength > 0:
        recipe = Recipe("first", penalty=penalty, penalty_key=f"dann by id {params.model_dump_json()}")
    return learn("dann", view, recipe, watcher)


def load(folder: Path, view: TrainingView) -> "Trained":
    from xscene_core.transfer.recommender import load_trained

    return load_trained("dann", folder, view)


def fit_labels(view: "LabelView", params: DannParams, watcher: Watcher) -> "Classifier":
    """min over network, max over discriminator of L_label - lambda_p L_scene, on hidden features.

    With strength 0 this is the network without the discriminator, bit for bit.
    """
    from xscene_core.transfer.labels.confusion import Confusion, discriminator, learn_confused
    from xscene_core.transfer.labels.draws import Draws

    def make(draws: Draws, network: "LabelNetwork") -> Confusion:
        judge = discriminator(network.head.in_features, view, params.hidden)
        return Confusion(draws, judge, params.strength)

    return learn_confused("dann", view, params, make, watcher)


register(
    Method(
        name="dann",
        family="adversarial",
        summary="Learned on the sources so that a discriminator cannot tell the scenes apart",
        source="Ganin et al. (2016), domain-adversarial training of neural networks",
        params=DannParams,
        reference="target-only",
        fit=fit,
        load=load,
        fit_labels=fit_labels,
        zero={"strength": 0},
        zero_is=("source-only", {"head": "network"}),
    )
)
