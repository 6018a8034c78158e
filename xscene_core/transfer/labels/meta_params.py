"""Parameters that all meta-learning methods have."""

from pydantic import Field

from xscene_core.transfer.method import Params


class MetaParams(Params):
    shots: int = Field(default=5, ge=1, le=100)
    """Rows of each class that a task learns from in meta-training; as many are asked three times over."""
    steps: int = Field(default=150, ge=0, le=100_000)
    """Steps of meta-training, of four tasks each."""
    rate: float = Field(default=2e-3, gt=0, le=1)
    """Learning rate of meta-training."""
    prior: float = Field(default=5.0, ge=0, le=1e6)
    """How many rows of the target a class's rows in the sources together count as, when it is adapted."""
    hidden: int = Field(default=64, ge=1, le=1024)
    """Hidden units of the shared features."""
