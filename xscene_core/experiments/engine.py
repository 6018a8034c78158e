"""Which code makes the numbers of a run, so that a changed engine never passes off old numbers as its own."""

from xscene_core.code_digest import NUMERIC, code_digest

_CODE = (
    "encoders",
    "models",
    "transfer",
    "evaluation",
    "experiments/pipeline.py",
    "experiments/label_pipeline.py",
    "experiments/label_table.py",
    "experiments/artifacts.py",
    "experiments/picture_trial.py",
    "scenes/labels.py",
    "scenes/new_people.py",
    "scenes/sequences.py",
    "scenes/splits.py",
)
_LIBRARIES = (*NUMERIC, "sentence-transformers", "transformers", "POT")


def engine() -> str:
    """16 hex digits that change with the engine's code and with the libraries it calculates with; a changed
    comment costs no more than running baselines again."""
    return code_digest(_CODE, _LIBRARIES)
