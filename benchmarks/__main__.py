"""``python -m benchmarks NAME [--json] [--data DIR]``: runs one benchmark and prints its numbers."""

import argparse
import importlib
import os
import pkgutil
import sys
from pathlib import Path

import benchmarks
from benchmarks.row import as_json, as_markdown
from xscene_core.errors import InputError, XSceneError

SHARED = {
    "app",
    "cornac_sasrec",
    "growing",
    "rankings",
    "label_data",
    "label_scores",
    "plain_sasrec",
    "process",
    "row",
    "xscene",
}
DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def names() -> list[str]:
    """Every benchmark: one module of this package each."""
    modules = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name.replace("_", "-") for name in modules if name not in SHARED and name != "__main__")


def data_folder(option: str | None) -> Path | None:
    """The folder of real data: the option, else XSCENE_REAL_DATA, else ../shared/data where that exists.

    Raises
    ------
    InputError : a folder was named and is not there.
    """
    named = option or os.environ.get("XSCENE_REAL_DATA")
    if named and not Path(named).is_dir():
        raise InputError(
            f"There is no folder {named}", where="--data", todo="Name the folder of the real data."
        )
    return Path(named) if named else (DATA if DATA.is_dir() else None)


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 fine, 1 the measurement failed, 2 unusable input."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=benchmarks.__doc__, allow_abbrev=False
    )
    parser.add_argument("name", nargs="?", help=f"one of: {', '.join(names())}")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    parser.add_argument(
        "--data", metavar="DIR", help="real data (default: XSCENE_REAL_DATA or ../shared/data)"
    )
    parser.add_argument("--list", action="store_true", help="print the names, one a line")
    given, more = parser.parse_known_args(arguments)
    if given.list:
        print("\n".join(names()))
        return 0
    try:
        if given.name not in names():
            raise InputError(
                f"There is no benchmark {given.name!r}" if given.name else "No benchmark was named",
                todo=f"Known benchmarks: {', '.join(names())}.",
            )
        module = importlib.import_module(f"benchmarks.{given.name.replace('-', '_')}")
        asked = argparse.ArgumentParser(prog=f"python -m benchmarks {given.name}", description=module.__doc__)
        if hasattr(module, "options"):
            module.options(asked)
        own = asked.parse_args(more)
        data = data_folder(given.data)
        rows = module.run(data, own) if hasattr(module, "options") else module.run(data)
    except XSceneError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    print((as_json if given.json else as_markdown)(given.name, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
