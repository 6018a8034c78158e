"""Ctrl-C while the database reads."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import duckdb


@contextmanager
def interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Makes Ctrl-C end a query at once, and come out as ``KeyboardInterrupt``.

    The database turns an interrupt into an error of its own, but first waits for its other threads to finish
    what they are at, which may take as long as the whole file. So they are told to stop first.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        connection.interrupt()
        raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if main else None
    ours = before is signal.default_int_handler  # not where interrupts are ignored, or handled otherwise
    if ours:
        signal.signal(signal.SIGINT, stop)
    try:
        yield
    except RuntimeError as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from error
        raise
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)
