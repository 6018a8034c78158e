"""What a finished run offers to somebody who places new products."""

from typing import Any, Protocol

from xscene_core.scenes.scene import Scene
from xscene_core.transfer.method import Recommender
from xscene_core.transfer.views import SceneView, TestView, TrainingView


class FittedRun(Protocol):
    """A finished run, loaded: ``experiments.pipeline.load_run`` returns one."""

    @property
    def recommender(self) -> Recommender: ...

    @property
    def view(self) -> TrainingView: ...

    @property
    def test(self) -> TestView: ...

    @property
    def scenes(self) -> dict[str, Scene]: ...

    @property
    def encoding(self) -> Any: ...


def scene_views(run: FittedRun) -> dict[str, SceneView]:
    """Every scene of the run by name, the target first."""
    return {view.name: view for view in (run.view.target, *run.view.sources)}
