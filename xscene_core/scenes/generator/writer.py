"""Writes the sample scenes: Parquet tables, pictures, cards and the ground truth."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from xscene_core.scenes.fingerprint import fingerprint_folder
from xscene_core.scenes.generator.cards import card
from xscene_core.scenes.generator.drawing import picture
from xscene_core.scenes.generator.population import Generated, populate
from xscene_core.scenes.generator.records import interactions_table, items_table, reviews_table
from xscene_core.scenes.scene import SceneCard
from xscene_core.scenes.tables import arrow_schema

_REVIEWS = 1500


def write_samples(out: Path, seed: int) -> list[SceneCard]:
    """Writes all six scenes and ``ground_truth.json`` below ``out``; equal seeds give equal bytes."""
    scenes = populate(seed)
    streams = np.random.SeedSequence([seed, 1]).spawn(len(scenes))
    cards = [
        _write_scene(out / scene.name, scene, seed, np.random.default_rng(stream))
        for scene, stream in zip(scenes, streams, strict=True)
    ]
    truth = {"seed": seed, "scenes": {scene.name: _truth(scene) for scene in scenes}}
    text = json.dumps(truth, ensure_ascii=False, separators=(",", ":"))
    (out / "ground_truth.json").write_text(text + "\n", encoding="utf-8")
    return cards


def _write_scene(folder: Path, scene: Generated, seed: int, rng: np.random.Generator) -> SceneCard:
    folder.mkdir(parents=True, exist_ok=True)
    interactions = interactions_table(scene, rng)
    images = pd.DataFrame(
        {
            "item_id": [item.item_id for item in scene.items],
            "png": [picture(item.look) for item in scene.items],
        }
    )
    tables = {
        "items": items_table(scene),
        "interactions": interactions,
        "reviews": reviews_table(scene, interactions, _REVIEWS, rng),
        "images": images,
    }
    for name, frame in tables.items():
        arrow = pa.Table.from_pandas(frame, schema=arrow_schema(name), preserve_index=False)
        pq.write_table(
            arrow.replace_schema_metadata(None),
            folder / f"{name}.parquet",
            compression="zstd",
            compression_level=15,
        )
    described = card(scene, interactions, seed)
    document = {**dataclasses.asdict(described), "fingerprint": fingerprint_folder(folder)}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (folder / "card.json").write_text(text + "\n", encoding="utf-8")
    return described


def _truth(scene: Generated) -> dict[str, dict[str, dict[str, str | float]]]:
    return {"items": {item.item_id: item.attributes for item in scene.items}}
