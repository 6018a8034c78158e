"""A worker whose work is told by its parameters: the real worker, queue and store around pretended training.

Run as a script exactly as the queue runs the real worker module.
"""

import json
import sys
import time
from pathlib import Path

from xscene_core.errors import InputError
from xscene_core.experiments import worker

COMMAND = (sys.executable, str(Path(__file__).resolve()))


def execute(spec, library, home, folder, watcher):
    wish = spec.params
    (folder / "model").mkdir()
    (home.path / f"attempts-{spec.task.seed}.txt").open("a").write(f"{time.time()}\n")
    steps = int(wish.get("steps", 3))
    for step in range(steps):
        watcher.progress("adapt", step / steps)
        watcher.curve("adapt/loss", 1.0 / (step + 1), step)
        (folder / "model" / f"{step}.txt").write_text("weights")
        time.sleep(wish.get("sleep", 0.05))
    if wish.get("deaf"):
        time.sleep(60)
    if "fail" in wish:
        raise {"input": InputError("The scene has one item", todo="Add items."), "bug": KeyError("oops")}[
            wish["fail"]
        ]
    if "full" in wish:
        raise OSError(28, "No space left on device")
    outcome = {
        "metrics": {"ndcg@10": 0.25, "hr@10": 0.5},
        "reason": "it learned",
        "stands_for": spec.method,
        "facts": {"weight": 0.75},
        "device": "cpu",
        "params": {"rate": 0.1},
    }
    (folder / "outcome.json").write_text(json.dumps(outcome))


if __name__ == "__main__":
    worker._library = lambda home, spec: None  # scenes are not what is tested here
    sys.exit(worker.main(executor=execute, command=COMMAND))
