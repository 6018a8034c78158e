"""Memory goes back to the operating system."""

import sys

import numpy as np
import psutil
import pytest

from xscene_core.models.device import give_back_memory


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc keeps what was freed")
def test_what_was_freed_in_pieces_is_given_back() -> None:
    process = psutil.Process()
    held = [np.ones(10_000, dtype=np.float64) for _ in range(4_000)]  # 320 MB in pieces that glibc keeps
    kept = held[::100]  # gaps between them
    full = process.memory_info().rss
    del held
    give_back_memory()
    assert full - process.memory_info().rss > 200e6
    assert len(kept) == 40
