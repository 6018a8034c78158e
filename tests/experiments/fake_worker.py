"""A worker whose work is told by its parameters: the real worker, queue and store around pretended training.

Run as a script exactly as the queue runs the real worker module.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a script it is started from anywhere

from xscene_core.errors import InputError
from xscene_core.experiments import worker

COMMAND = (sys.executable, str(Path(__file__).resolve()))
OUTCOME = {
    "metrics": {"ndcg@10": 0.25, "hr@10": 0.5},
    "reason": "it learned",
    "stands_for": "coral",
    "facts": {"weight": 0.75},
    "device": "cpu",
    "params": {"rate": 0.1},
}


def execute(spec, home, folder, watcher):
    wish = spec.params
    with (home.path / f"attempts-{spec.task.seed}").open("a") as attempts:
        attempts.write("x")
    steps = int(wish.get("steps", 3))
    for step in range(steps):
        watcher.progress("adapt", step / steps)
        watcher.curve("adapt/loss", 1.0 / (step + 1), step)
        (folder / f"weights-{step}.txt").write_text("1, 2, 3")
        time.sleep(wish.get("sleep", 0.05))
    if "deaf" in wish:
        time.sleep(wish["deaf"])
    if "fail" in wish:
        raise {
            "input": InputError("The scene has one item", where="lonely", todo="Add items."),
            "bug": KeyError("oops"),
            "full": OSError(28, "No space left on device"),
            "memory": MemoryError(),
        }[wish["fail"]]
    (folder / "outcome.json").write_text(json.dumps(OUTCOME))


def publish_and_stall(working, folder, publish=worker._publish):
    """Leaves time to be killed between the appearance of the artifacts and the status."""
    publish(working, folder)
    if (folder.parent.parent.parent / "stall").exists():
        time.sleep(60)


if __name__ == "__main__":
    worker._publish = publish_and_stall
    worker_home = Path(sys.argv[sys.argv.index("--home") + 1])
    if (worker_home / "slow-start").exists():
        time.sleep(60)
    sys.exit(worker.main(executor=execute, command=COMMAND))
