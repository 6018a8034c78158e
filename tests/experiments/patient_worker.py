"""The real worker with the real pipeline, which writes a checkpoint after every step, for small scenes.

While the home holds a file ``slow``, every checkpoint takes its time, so that the process can be killed
in the middle of any training.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as a script it is started from anywhere

from xscene_core.experiments import pipeline, worker
from xscene_core.models.checkpoints import Checkpoints
from xscene_core.transfer import learning

COMMAND = (sys.executable, str(Path(__file__).resolve()))

if __name__ == "__main__":
    home = Path(sys.argv[sys.argv.index("--home") + 1])
    write = Checkpoints.write

    def slowly(*given, **more):
        done = write(*given, **more)
        while (home / "slow").exists() and (home / "slow").read_text() in str(given[0].folder / given[1]):
            time.sleep(0.02)
        return done

    Checkpoints.write = slowly
    os.fsync = lambda number: None  # guards against the machine's end, not the process's, and takes its time
    pipeline.EVERY = 0.0
    learning.FEWEST = 1  # so that the sequence network is trained on few choices too
    sys.exit(worker.main(command=COMMAND))
