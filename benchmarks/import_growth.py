"""Does importing stay within its memory as the data grow? Generated data, one process per size."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.process import Measured, measure
from benchmarks.row import Row
from benchmarks.xscene import ROOT, command, environment
from xscene_core.home import Home

SIZES = (500_000, 5_000_000)
LIMIT = 1800.0


def run(data: Path | None = None, sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Seconds and peak MB of ``scenes import`` of CSV files; ``data`` is not used, all is generated."""
    rows = []
    for size in sizes:
        with TemporaryDirectory(prefix="xscene-bench-") as temporary:
            source, home = Path(temporary) / "source", Home.resolve(Path(temporary) / "home")
            generate(source, size)
            measured = measured_import(home, source)
            name = f"import of {size:,} interactions from CSV ({_megabytes(source):,.0f} MB)"
        rows.append(Row(name, "seconds", measured.seconds, seconds=measured.seconds))
        rows.append(Row(name, "peak MB", measured.peak_mb, seconds=measured.seconds))
        print(f"{name}: {measured.seconds:.1f} s, {measured.peak_mb:,.0f} MB", file=sys.stderr)
    return rows


def measured_import(home: Home, source: Path) -> Measured:
    """Imports ``source`` as the scene ``grown`` in a process of its own."""
    words = command(home, "scenes", "import", str(source), "--name", "grown", "--json")
    return measure(words, home=home.path, cwd=ROOT, environment=environment(), limit=LIMIT)


def generate(folder: Path, interactions: int) -> None:
    """A scene with ``interactions`` / 10 people and / 50 items: skewed popularity, titles of six words,
    descriptions of forty, rows in no order."""
    folder.mkdir()
    people, items = max(interactions // 10, 2), max(interactions // 50, 2)
    connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / "spill")})
    words = "['silk', 'lamp', 'oak', 'blue', 'travel', 'small', 'steel', 'garden', 'soft', 'winter']"
    connection.execute("SELECT setseed(0.5)")
    connection.execute(f"""
        COPY (SELECT 'B' || lpad(i::VARCHAR, 9, '0') AS item_id,
            list_reduce([w[1 + (hash(i, k) % 10)::INT] FOR k IN range(6)], lambda a, b: a || ' ' || b)
                AS title,
            list_reduce([w[1 + (hash(k, i) % 10)::INT] FOR k IN range(40)], lambda a, b: a || ' ' || b)
                AS description,
            '$' || (1 + hash(i) % 20000) / 100 AS price
        FROM range({items}) AS t(i), (SELECT {words} AS w)) TO '{folder}/items.csv' (HEADER)""")
    connection.execute(f"""
        COPY (SELECT 'U' || md5((hash(n) % {people})::VARCHAR)[:13] AS user_id,
            'B' || lpad(floor({items} * pow(random(), 2))::BIGINT::VARCHAR, 9, '0') AS item_id,
            1400000000 + (random() * 200000000)::BIGINT AS timestamp, 1 + hash(n, 1) % 5 AS rating
        FROM range({interactions}) AS t(n)) TO '{folder}/interactions.csv' (HEADER)""")
    connection.close()


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.glob("*.csv")) / 1e6
