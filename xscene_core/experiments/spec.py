"""What a run is, as plain data that reproduces it."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from xscene_core.scenes.labels import LabelColumn
from xscene_core.scenes.splits import Protocol
from xscene_core.transfer.budget import Budget
from xscene_core.transfer.method import Kind


class TaskSpec(BaseModel):
    """What is to be learned, from where, for where. Runs of equal tasks may be compared person by person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[str, ...]
    target: str
    label: str = ""
    """``""`` for ranking (what will this person choose next), else the label to learn, as TABLE.COLUMN."""
    budget: str = "10%"
    """People (ranking) or labelled rows (label) of the target that may be learned from."""
    split: Protocol = "leave-one-out"
    encoder: str = "auto"
    """``auto`` is replaced by the encoder that suits the texts when the run is submitted."""
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    fingerprints: tuple[tuple[str, str], ...] = ()
    """(scene name, content fingerprint) of every scene, filled in when the run is submitted."""

    @field_validator("budget")
    @classmethod
    def _budget(cls, value: str) -> str:
        return str(Budget.parse(value))

    @field_validator("label")
    @classmethod
    def _label(cls, value: str) -> str:
        return str(LabelColumn.parse(value)) if value else ""

    @field_validator("sources")
    @classmethod
    def _sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(value)))

    @model_validator(mode="after")
    def _apart(self) -> "TaskSpec":
        if not self.sources:
            raise ValueError("at least one source scene is needed")
        if self.target in self.sources:
            raise ValueError(f"{self.target} is both source and target")
        return self

    @property
    def kind(self) -> Kind:
        """What is learned: a ranking or a label."""
        return "label" if self.label else "ranking"

    @property
    def key(self) -> str:
        """16 hex digits; equal for equal tasks on equal scene content."""
        document = self.model_dump(mode="json")
        return _digest(document if self.label else {k: v for k, v in document.items() if k != "label"})


class RunSpec(BaseModel):
    """One method on one task."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: TaskSpec
    method: str
    params: dict[str, Any] = Field(default_factory=dict)
    """Only what differs from the method's defaults."""

    @property
    def key(self) -> str:
        """16 hex digits; equal for runs that must give equal numbers."""
        return _digest(self.model_dump(mode="json"))


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
