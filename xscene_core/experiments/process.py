"""What the operating system knows about worker processes: who lives, how much memory, how many cores."""

import os
import re
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from xscene_core.experiments.record import Worker

_MIB = 1024.0**2


def this_host() -> str:
    """The name of this machine."""
    return socket.gethostname()[:200]


def worker_of(pid: int) -> Worker | None:
    """The process ``pid`` of this machine, told from any later one that reuses the number."""
    try:
        return Worker(this_host(), pid, psutil.Process(pid).create_time(), *_start_since_boot(pid))
    except psutil.NoSuchProcess:
        return None


def _start_since_boot(pid: int) -> tuple[str, int]:
    """The boot and the clock ticks since it at which ``pid`` started; ``("", 0)`` where only a clock tells.

    Source: proc(5), field 22 of ``stat``; the name of the process, field 2, may itself hold spaces.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return boot, int(fields[19])
    except (OSError, IndexError, ValueError):
        return "", 0


def alive(worker: Worker) -> bool:
    """Whether a worker of this machine still runs; one that ended and waits to be collected does not."""
    try:
        return (
            worker.same_as(worker_of(worker.pid))
            and psutil.Process(worker.pid).status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # it lives, and belongs to somebody else
        return True


def ask_to_stop(worker: Worker) -> None:
    """Wakes a worker of this machine so that it reads the wish to cancel at once."""
    if worker.host == this_host() and alive(worker):
        with suppress(OSError):
            os.kill(worker.pid, signal.SIGTERM)


def cores() -> int:
    """Processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def torch_threads() -> int:
    """Threads of one run: ``XSCENE_THREADS``, else half the cores, 1 to 8.

    Depends on the machine only and never on how busy it is: the number of threads decides the order in
    which sums are made, so equal runs would otherwise differ in their last digits.
    """
    asked = os.environ.get("XSCENE_THREADS", "")
    return max(1, int(asked)) if asked.isdecimal() else min(8, max(1, cores() // 2))


KEPT_PRODUCTS = 16
"""Ways of multiplying that oneDNN, torch's library for bfloat16, keeps for matrices of equal shape. It would
keep 1,024 of up to 5 MB each, and batches hardly ever have the same shape twice."""


def thread_environment() -> dict[str, str]:
    """Variables that hold every numeric library of a worker to ``torch_threads()``, and to memory that does
    not grow with the steps of a training."""
    libraries = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "NUMBA")
    threads = {f"{library}_NUM_THREADS": str(torch_threads()) for library in libraries}
    return threads | {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": str(KEPT_PRODUCTS)}


def own_peak_mb() -> float:
    """Highest resident memory of this process so far, in MiB.

    ``getrusage`` would count the memory of the process that started this one (Linux carries it over an
    ``exec``), so it is used only where ``/proc`` does not exist.
    """
    with suppress(OSError):
        found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
        if found:
            return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_MIB if sys.platform == "darwin" else 1024)


def family_mb() -> float:
    """Resident memory of this process and its children now, in MiB."""
    process, total = psutil.Process(), 0
    with suppress(psutil.Error):
        for member in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                total += member.memory_info().rss
    return total / _MIB


def gpu_peak_mb() -> float | None:
    """Highest memory torch has held on the GPU, in MiB; ``None`` where it used none."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available() or not torch.cuda.is_initialized():
        return None
    return float(torch.cuda.max_memory_allocated()) / _MIB
