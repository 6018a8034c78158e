"""The house rules that a machine can check: layers, imports, sizes, texts, pins, telemetry."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Lower numbers know nothing of higher ones. Modules that name no layer (errors, home, ...) are free to all.
LAYERS = {
    "xscene_core.scenes": 0,
    "xscene_core.encoders": 1,
    "xscene_core.models": 1,
    "xscene_core.transfer": 2,
    "xscene_core.evaluation": 2,
    "xscene_core.projection": 2,
    "xscene_core.experiments": 3,
    "xscene_core.newcategory": 4,
    "xscene_core.guide": 4,
    "xscene_core.report": 4,
    "xscene_core.commands": 5,
    "xscene_core.__main__": 6,
    "pages.ui": 7,
    "pages": 8,
    "app": 9,
}
FREE = {
    "xscene_core",
    *(f"xscene_core.{name}" for name in ("code_digest", "errors", "home", "locking", "watcher", "text")),
}
HEAVY = ("torch", "umap", "numba", "mlflow", "sentence_transformers", "transformers")
PAGES = sorted((ROOT / "pages").glob("*.py"))


def tracked() -> list[Path]:
    """Files under version control; outside of a clone, everything but what tools leave behind."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    skipped = {".git", ".venv", ".xscene", "__pycache__"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.parts)]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, ast.Module]:
    """Every module of the product by name."""
    files = [*(ROOT / "xscene_core").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]
    return {
        module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in files if path.is_file()
    }


MODULES = sources()


def imports(module: str, *, at_import_only: bool = False) -> Iterator[tuple[str, int]]:
    """(imported module, line) for each import of the product's own modules and of others."""
    for node in nodes(MODULES[module], at_import_only=at_import_only):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, (
                f"{module}:{node.lineno} uses a relative import; the project writes them in full"
            )
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield (inner if inner in MODULES else str(node.module)), node.lineno


def nodes(tree: ast.AST, *, at_import_only: bool) -> Iterator[ast.AST]:
    """All nodes, or those that run when the module is imported (not function bodies, not TYPE_CHECKING)."""
    for child in ast.iter_child_nodes(tree):
        if at_import_only and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if at_import_only and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from nodes(child, at_import_only=at_import_only)


def layer(module: str) -> int | None:
    """The layer of the longest listed prefix; None for what is free to all or not ours."""
    if module in FREE:
        return None
    parts = module.split(".")
    prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((LAYERS[prefix] for prefix in prefixes if prefix in LAYERS), None)


def test_every_engine_module_belongs_to_a_layer() -> None:
    homeless = [m for m in MODULES if m.startswith("xscene_core") and m not in FREE and layer(m) is None]
    assert not homeless, f"give these a place in LAYERS (and in the README's architecture): {homeless}"


def test_no_module_imports_from_a_layer_above_it() -> None:
    upward = [
        f"{module}:{line} imports {imported}"
        for module in MODULES
        if (own := layer(module)) is not None
        for imported, line in imports(module)
        if (other := layer(imported)) is not None and other > own
    ]
    assert not upward, "\n".join(upward)


def test_modules_free_to_all_import_nothing_of_the_layers() -> None:
    upward = [
        f"{module}:{line} imports {imported}"
        for module in FREE & MODULES.keys()
        for imported, line in imports(module)
        if layer(imported) is not None
    ]
    assert not upward, "\n".join(upward)


def test_engine_never_imports_streamlit() -> None:
    found = [
        f"{module}:{line}"
        for module in MODULES
        if module.startswith("xscene_core")
        for imported, line in imports(module)
        if imported.split(".")[0] in {"streamlit", "pages", "app"}
    ]
    assert not found, "\n".join(found)


def test_there_is_no_import_cycle() -> None:
    graph = {
        module: {i for i, _ in imports(module, at_import_only=True) if i in MODULES} for module in MODULES
    }
    finished: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, "cycle: " + " -> ".join([*path[path.index(module) :], module])
        if module not in finished:
            for imported in graph[module]:
                visit(imported, (*path, module))
            finished.add(module)

    for module in graph:
        visit(module, ())


def test_pages_import_nothing_heavy_in_a_fresh_interpreter() -> None:
    """A page change must not wait for torch. Pages are scripts, so only their imports are run."""
    scripts = [m for m in MODULES if m == "app" or (m.startswith("pages.") and not m.startswith("pages.ui"))]
    assert scripts, "there are no pages"
    statements = [
        ast.unparse(node)
        for module in scripts
        for node in nodes(MODULES[module], at_import_only=True)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    statements += [f"import {module}" for module in MODULES if module.startswith("pages.ui")]
    statements += ["from xscene_core.transfer.method import methods", "methods()"]
    program = "\n".join([*statements, "import json, sys", "print(json.dumps(sorted(sys.modules)))"])
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & set(HEAVY), f"a page import loads {sorted(loaded & set(HEAVY))}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_thin(page: Path) -> None:
    lines = len(page.read_text(encoding="utf-8").splitlines())
    assert lines <= 150, (
        f"{page.name} has {lines} lines; computation belongs in the engine, shared looks in pages/ui"
    )


def test_streamlit_sends_no_statistics_and_listens_to_this_machine_only() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["showEmailPrompt"] is False


def test_run_store_reports_to_nobody(tmp_path: Path) -> None:
    """MLflow reports usage by default; it is silent in CI and under pytest, so look without either."""
    program = f"""
import socket
asked = []
def offline(*given, **more):
    asked.append(given)
    raise OSError("no network")
socket.getaddrinfo = socket.create_connection = offline
from pathlib import Path
from xscene_core.experiments.store import RunStore
from xscene_core.home import Home
assert RunStore(Home.resolve({str(tmp_path)!r})).list() == []
from mlflow.telemetry.client import get_telemetry_client
assert get_telemetry_client() is None, "telemetry is on"
assert not asked, asked
"""
    hidden = ("CI", "GITHUB_ACTIONS", "PYTEST_", "MLFLOW_", "DO_NOT_TRACK")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def test_sample_data_is_small() -> None:
    size = sum(path.stat().st_size for path in (ROOT / "sample_data").rglob("*") if path.is_file())
    assert 0 < size <= 8_000_000


def test_no_large_file_is_tracked() -> None:
    large = [
        f"{path.relative_to(ROOT)} {path.stat().st_size:,}"
        for path in tracked()
        if path.stat().st_size > 1_500_000
    ]
    assert not large, large


def catalogue_keys() -> dict[str, Path]:
    files = (ROOT / "xscene_core" / "locale" / "en").glob("*.json")
    return {
        f"{file.stem}.{key}": file for file in files for key in json.loads(file.read_text(encoding="utf-8"))
    }


def text_calls() -> Iterator[tuple[str, ast.Call]]:
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("t", "said")
                and node.args
            ):
                yield module, node


def patterns(node: ast.expr) -> list[str]:
    """Regular expressions for the keys an expression can stand for."""
    if isinstance(node, ast.Constant):
        return [re.escape(str(node.value))]
    if isinstance(node, ast.JoinedStr):
        pieces = [
            re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w.@+-]+" for v in node.values
        ]
        return ["".join(pieces)]
    if isinstance(node, ast.IfExp):
        return patterns(node.body) + patterns(node.orelse)
    return []


def keys_asked(call: ast.Call) -> list[str]:
    """``said`` takes a key or, for tasks that learn a label, the same with ``_label`` behind it."""
    found = patterns(call.args[0])
    return [f"{key}(_label)?" for key in found] if getattr(call.func, "id", "") == "said" else found


def test_every_text_that_is_asked_for_exists() -> None:
    keys = catalogue_keys()
    missing = [
        f"{module}:{call.lineno} asks for {pattern}"
        for module, call in text_calls()
        for pattern in keys_asked(call)
        if not any(re.fullmatch(pattern, key) for key in keys)
    ]
    assert not missing, "\n".join(missing)


def test_every_text_is_used() -> None:
    """A key counts as used when a call names it, builds it, or any string of the code spells it out."""
    called = {pattern for _, call in text_calls() for pattern in keys_asked(call)}
    spelled = {
        node.value
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = [
        f"{file.relative_to(ROOT)}: {key}"
        for key, file in catalogue_keys().items()
        if key not in spelled and not any(re.fullmatch(pattern, key) for pattern in called)
    ]
    assert not unused, "\n".join(unused)


def requirements(file: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-r")]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_exactly(file: str) -> None:
    loose = [line for line in requirements(file) if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    assert not loose, loose


def test_readme_explains_every_requirement_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## Dependencies", 1)[1].split("\n## ", 1)[0]
    explained = {
        name.lower()
        for row in re.findall(r"^\|([^|]+)\|", table, re.M)
        for name in re.findall(r"`([^`]+)`", row)
    }
    needed = {
        line.split("==")[0].lower()
        for file in ("requirements.txt", "requirements-dev.txt")
        for line in requirements(file)
    }
    assert explained == needed, (
        f"only in the README: {explained - needed}; missing there: {needed - explained}"
    )


def test_every_imported_package_is_a_requirement() -> None:
    """What only happens to be installed through another package may vanish with its next version."""
    providers = packages_distributions()
    declared = {line.split("==")[0].lower() for line in requirements("requirements.txt")}
    own = {"xscene_core", "pages", "app"} | set(sys.stdlib_module_names)
    missing = {
        f"{module}:{line} imports {top}"
        for module in MODULES
        for imported, line in imports(module)
        if (top := imported.split(".")[0]) not in own
        and not declared & {name.lower() for name in providers.get(top, [])}
    }
    assert not missing, "\n".join(sorted(missing))


def test_torch_is_the_agreed_version() -> None:
    assert "torch==2.13.0" in requirements("requirements.txt")
