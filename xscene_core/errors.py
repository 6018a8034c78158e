"""The one family of errors: each says what happened, where, and what to do next."""

import errno

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SAID = ("no space left", "disk quota", "file too large", "disk is full", "disk full")


class XSceneError(Exception):
    """An error that a person can act on.

    Parameters
    ----------
    what : one sentence, what is wrong.
    where : the file, table, row, column, field or flag it concerns; may be empty.
    todo : one sentence, what to do next; may be empty.
    """

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        advice = f" {self.todo}" if self.todo else ""
        return f"{self.what.rstrip('.')}{place}.{advice}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.where, self.todo)


class InputError(XSceneError):
    """What was given cannot be used (command line: exit code 2)."""


class WorkError(XSceneError):
    """The input was fine but the work failed (command line: exit code 1)."""


class Cancelled(XSceneError):
    """Someone asked for the work to stop; nothing is wrong."""

    def __init__(self, what: str = "Cancelled on request", *, where: str = "", todo: str = "") -> None:
        super().__init__(what, where=where, todo=todo)


def disk_full(error: BaseException | None) -> bool:
    """Whether ``error``, or what caused it, is that the disk (or what may be written of a file) is full.

    Databases and compiled libraries have no error numbers, or raise from one: they are known by their words.
    """
    while error is not None:
        said = str(error).lower()
        if getattr(error, "errno", None) in _FULL or any(words in said for words in _SAID):
            return True
        error = error.__cause__ or error.__context__
    return False


def _rebuild(kind: type[XSceneError], what: str, where: str, todo: str) -> XSceneError:
    return kind(what, where=where, todo=todo)
