"""Does training stay linear in time and modest in memory as the interactions grow?

Generated histories of 2 to 50 choices, 8 in the mean, over a catalogue of 20,000 items that does not grow;
1, 4 and 16 times as many people, each size in a process of its own with as many threads as a run has. The
time is that of one epoch of the sequence network over the whole catalogue. ``ratio to linear`` is how many
times longer than the smallest size, divided by how many times as many choices are predicted; it is taken
from processor time, since other work on the machine stretches the clock; by the clock it stands beside.

With ``--ten-million``: a scene of 10 million interactions, a million people and 20,000 items is written to
Parquet, imported as any scene is, loaded, encoded and split as a run does, and both networks are trained on
everybody for a part of an epoch. Times of whole epochs are projected from that part, and say so.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.import_growth import measured_import
from benchmarks.process import Measured, measure
from benchmarks.row import Row
from benchmarks.xscene import ROOT, environment
from xscene_core.experiments.process import thread_environment
from xscene_core.home import Home

SMALLEST, TIMES = 20_000, (1, 4, 16)
MANY, PER_PERSON, ITEMS = 10_000_000, 10, 20_000
SOURCE = "electronics"
"""A task needs a source; this sample scene is small."""
LIMIT = 7200.0


def options(parser: argparse.ArgumentParser) -> None:
    """What to measure."""
    parser.add_argument("--interactions", type=int, default=SMALLEST, help="of the smallest size")
    parser.add_argument("--ten-million", action="store_true", help="a scene of 10 million, from Parquet")
    parser.add_argument("--rows", type=int, default=MANY, help="another number than 10 million")
    parser.add_argument("--seconds", type=float, default=120.0, help="of training, with --ten-million")


def run(data: Path | None, given: argparse.Namespace) -> list[Row]:
    """Time and memory of each size; ``data`` is not used, all is generated."""
    if given.ten_million:
        return many(given.rows, given.seconds)
    found = {}
    for times in TIMES:
        found[times] = in_a_process("--interactions", str(given.interactions * times))[0]
        print(f"{times}x: {found[times]}", file=sys.stderr)
    rows = []
    for times, one in found.items():
        name = f"{times}x: {one['interactions']:,.0f} interactions, {ITEMS:,} items"
        rows.append(Row(name, "seconds per epoch", one["seconds"], seconds=one["seconds"]))
        rows.append(Row(name, "processor seconds per epoch", one["processor_seconds"]))
        rows.append(Row(name, "peak MiB", one["peak_mb"]))
        rows.append(Row(name, "peak MiB before training", one["peak_before_mb"]))
        if times > 1:
            rows.append(Row(name, "ratio to linear", linear(found[1], one, "processor_seconds")))
            rows.append(Row(name, "ratio to linear, clock", linear(found[1], one, "seconds")))
    return rows


def linear(small: Mapping[str, float], large: Mapping[str, float], what: str) -> float:
    """1 where time grows as the predictions do."""
    return large[what] / small[what] / (large["predictions"] / small["predictions"])


def many(interactions: int, seconds: float) -> list[Row]:
    """Import, preparation and a part of an epoch, each with its peak memory."""
    with TemporaryDirectory(prefix="xscene-bench-") as temporary:
        source, home = Path(temporary) / "source", Home.resolve(Path(temporary) / "home")
        generate(source, interactions)
        imported = measured_import(home, source)
        print(f"imported: {imported.seconds:,.0f} s, {imported.peak_mb:,.0f} MB", file=sys.stderr)
        found, trained = in_a_process(
            *("--home", str(home.path), "--scene", "grown", "--source", SOURCE, "--seconds", str(seconds))
        )
    print(f"trained: {found}", file=sys.stderr)
    name = f"{interactions:,} interactions from Parquet, {found['people']:,.0f} people, {ITEMS:,} items"
    rows = [
        Row(f"{name}: import", "seconds", imported.seconds),
        Row(f"{name}: import", "peak MB", imported.peak_mb),
        Row(f"{name}: load, encode, split", "seconds", found["prepare_seconds"]),
        Row(f"{name}: load, encode, split", "peak MiB", found["prepare_peak_mb"]),
    ]
    for part in ("content", "sequence"):
        share, took = found[f"{part}_share"], found[f"{part}_seconds"]
        where = f"{name}: {part} network, {share:.2%} of an epoch trained"
        rows.append(Row(where, "seconds", took))
        rows.append(Row(where, "hours per epoch, projected", took / share / 3600))
        rows.append(Row(where, "peak MiB so far", found[f"{part}_peak_mb"]))
    return [*rows, Row(f"{name}: the whole process", "peak MB", trained.peak_mb)]


def in_a_process(*words: str) -> tuple[dict[str, float], Measured]:
    """What ``benchmarks.growing`` printed, and what it took as seen from outside."""
    with TemporaryDirectory(prefix="xscene-bench-") as nowhere:
        done = measure(
            [sys.executable, "-m", "benchmarks.growing", *words],
            home=Path(nowhere),
            cwd=ROOT,
            environment=environment(**thread_environment(), PYTHONPATH=os.pathsep.join([str(ROOT)])),
            limit=LIMIT,
        )
    return json.loads(done.output), done


def generate(folder: Path, interactions: int) -> None:
    """``items.parquet`` and ``interactions.parquet``: ``PER_PERSON`` choices per person in the mean, skewed
    popularity, titles of six words, rows in no order."""
    folder.mkdir()
    people = max(interactions // PER_PERSON, 2)
    words = "['silk', 'lamp', 'oak', 'blue', 'travel', 'small', 'steel', 'garden', 'soft', 'winter']"
    connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / "spill")})
    connection.execute("SELECT setseed(0.5)")
    connection.execute(f"""
        COPY (SELECT 'B' || lpad(i::VARCHAR, 9, '0') AS item_id,
            list_reduce([w[1 + (hash(i, k) % 10)::INT] FOR k IN range(6)], lambda a, b: a || ' ' || b)
                AS title
        FROM range({ITEMS}) AS t(i), (SELECT {words} AS w)) TO '{folder}/items.parquet'""")
    connection.execute(f"""
        COPY (SELECT 'U' || md5((hash(n) % {people})::VARCHAR)[:13] AS user_id,
            'B' || lpad(floor({ITEMS} * pow(random(), 2))::BIGINT::VARCHAR, 9, '0') AS item_id,
            1400000000 + (random() * 200000000)::BIGINT AS timestamp
        FROM range({interactions}) AS t(n)) TO '{folder}/interactions.parquet'""")
    connection.close()
