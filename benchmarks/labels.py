"""The label methods and the chooser on any labelled table with several domains, all ordered pairs.

The target's rows are unlabelled while learning and all of them are asked; with a split column only those of
``test`` are asked (where no row says so, those that are not ``train``) and the others are what may be seen.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.label_data import Pair, pairs
from benchmarks.label_scores import METHODS, known, table
from benchmarks.row import Row
from xscene_core.encoders.words import word_features
from xscene_core.errors import InputError
from xscene_core.transfer.labels.views import HELD_BACK, LabelRows, LabelView

FEWEST = 10
"""Labelled rows of a domain."""


def options(parser: argparse.ArgumentParser) -> None:
    """What this benchmark needs besides the data folder."""
    parser.add_argument("--table", metavar="FILE", required=True, help="Parquet or CSV")
    parser.add_argument("--text", metavar="COL", required=True, help="the text to read")
    parser.add_argument("--label", metavar="COL", required=True, help="the class to learn")
    parser.add_argument("--domain", metavar="COL", required=True, help="which domain a row belongs to")
    parser.add_argument("--split", metavar="COL", help="rows of 'test' are asked, or else all not of 'train'")
    parser.add_argument("--methods", metavar="M[,M...]", help="only these")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """One row per method: mean accuracy over all ordered pairs of domains."""
    frame = read(Path(given.table), [given.text, given.label, given.domain], given.split)
    names = known([name.strip() for name in given.methods.split(",")]) if given.methods else METHODS
    return table(domain_pairs(frame), names)


def read(file: Path, columns: list[str], split: str | None) -> pd.DataFrame:
    """``text``, ``label``, ``domain`` and ``asked`` of the rows that have all of them.

    Raises
    ------
    InputError : no such file or column, or fewer than two domains that can be used.
    """
    try:
        whole = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
    except (OSError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise InputError(
            f"The table cannot be read: {first}", where=str(file), todo="Give CSV or Parquet."
        ) from error
    wanted = [*columns, *([split] if split else [])]
    missing = [name for name in wanted if name not in whole]
    if missing:
        raise InputError(
            f"There is no column {missing[0]!r}",
            where=str(file),
            todo=f"Its columns: {', '.join(map(str, whole.columns))}.",
        )
    frame = whole[columns].set_axis(["text", "label", "domain"], axis=1)
    frame["asked"] = _asked(whole[split], str(file)) if split else True
    frame = frame.dropna().reset_index(drop=True)
    frame[["text", "label", "domain"]] = frame[["text", "label", "domain"]].astype(str)
    counts = frame.groupby("domain")["label"].agg(["size", "nunique"])
    usable = counts.index[(counts["size"] >= FEWEST) & (counts["nunique"] >= 2)]
    if len(usable) < 2:
        raise InputError(
            f"Fewer than two domains have {FEWEST} rows and two classes",
            where=str(file),
            todo="Choose another domain or label column.",
        )
    return frame[frame["domain"].isin(usable)]


def _asked(split: pd.Series, file: str) -> "pd.Series[bool]":
    """Which rows are asked. Raises ``InputError`` where the column marks none, or all."""
    said = split.astype(str).str.lower()
    asked = said.eq("test") if said.eq("test").any() else said.ne("train")
    if not asked.any() or asked.all():
        known = ", ".join(sorted(said.unique())[:10])
        raise InputError(
            f"The column {str(split.name)!r} does not say which rows are asked",
            where=file,
            todo=f"It needs rows of 'test' and others, or of 'train' and others; its values: {known}.",
        )
    return asked


def domain_pairs(frame: pd.DataFrame) -> Iterator[Pair]:
    """Every ordered pair; words are counted in source rows and in target rows that may be seen."""
    split = not frame["asked"].all()
    for source, target in pairs(tuple(sorted(frame["domain"].unique()))):
        own = frame[frame["domain"] == source]
        wanted = frame[frame["domain"] == target]
        seen = wanted[~wanted["asked"]] if split else wanted
        asked = wanted[wanted["asked"]]
        if not len(asked) or not len(seen):
            continue
        classes = tuple(sorted(set(own["label"]) | set(wanted["label"])))
        place = {name: number for number, name in enumerate(classes)}
        parts = {"source": own, "seen": seen, "asked": asked}
        features = word_features({name: _items(part) for name, part in parts.items()}, ("source", "seen"))
        hidden = np.full(len(seen), HELD_BACK, dtype=np.int64)
        rows = LabelRows(source, features["source"], own["label"].map(place).to_numpy(np.int64))
        view = LabelView((rows,), LabelRows(target, features["seen"], hidden), classes, 0)
        answers = asked["label"].map(place).to_numpy(np.int64)
        sealed = seen["label"].map(place).fillna(HELD_BACK).to_numpy(np.int64) if split else None
        yield Pair(f"{source}->{target}", view, features["asked"], answers, sealed)


def _items(part: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"title": part["text"], "description": "", "category": "", "brand": ""})
