"""Time and memory of a command with everything it starts."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from xscene_core.errors import WorkError


@dataclass(frozen=True)
class Measured:
    """What a command took.

    seconds : wall clock, interpreter start included.
    peak_mb : largest sum of resident memory, seen at one moment, of the command and every process that
        works for the same home; MB of 10^6 bytes. Shared pages count in each process: an upper bound.
    """

    seconds: float
    peak_mb: float
    output: str


def measure(
    command: Sequence[str], *, home: Path, cwd: Path, environment: Mapping[str, str], limit: float
) -> Measured:
    """Runs ``command`` to its end, sampling memory ten times a second.

    Raises
    ------
    WorkError : it fails, or takes more than ``limit`` seconds.
    """
    named = " ".join(command[:6])
    started, peak = time.perf_counter(), 0
    with TemporaryFile() as output, TemporaryFile() as errors:
        process = psutil.Popen(
            list(command),
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        try:
            while process.poll() is None:
                peak = max(peak, sum(map(resident, family(process, home))))
                if time.perf_counter() - started > limit:
                    raise WorkError(f"The command took more than {limit:.0f} s", where=named)
                time.sleep(0.1)
            seconds = time.perf_counter() - started
        finally:
            stop(family(process, home))
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            said = errors.read().decode()[-600:].strip()
            raise WorkError(f"The command ended with exit code {process.returncode}: {said}", where=named)
        return Measured(seconds, peak / 1e6, output.read().decode())


def family(process: psutil.Process, home: Path) -> list[psutil.Process]:
    """The process, its descendants, and whatever else was started for ``home``.

    Workers outlive the process that started them, so descent alone would lose them.
    """
    try:
        members = {process, *process.children(recursive=True)}
    except psutil.Error:
        members = set()
    for other in psutil.process_iter(["cmdline"]):
        if str(home) in " ".join(other.info["cmdline"] or ()):
            members.add(other)
    return list(members)


def resident(process: psutil.Process) -> int:
    """Bytes of resident memory; 0 for a process that has ended."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def stop(processes: Sequence[psutil.Process]) -> None:
    """Ends processes, asking first."""
    for process in processes:
        try:
            process.terminate()
        except psutil.Error:
            continue
    for process in psutil.wait_procs(processes, timeout=10)[1]:
        process.kill()
