"""Opening an uploaded .zip without trusting anything in it."""

import lzma
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from xscene_core.scenes.problem import Problem
from xscene_core.scenes.readers.pictures import MAX_PICTURES, is_picture

MAX_MEMBERS = 200
MAX_TOTAL = 8 << 30
"""Bytes, unpacked."""
MAX_RATIO = 250
"""Times the packed size; what is honestly repetitive stays far below."""
RATIO_FROM = 64 << 20
"""Bytes from which the ratio counts: a small file may compress as well as it likes."""
LOCK_FILE = "~$"
"""How the names begin of what lies beside a workbook while somebody has it open."""
_CHUNK = 1 << 20
DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises for bytes that are no whole archive."""


def unpack(archive: Path, label: str, workspace: Path) -> tuple[dict[str, Path], list[Problem]]:
    """The members as ``{name shown: file}``, written under names of our own making.

    Sizes are counted while unpacking, because what an archive says about itself may be a lie. On any
    error nothing is returned but the problems.
    """
    problems: list[Problem] = []
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [
                member
                for member in packed.infolist()
                if not member.is_dir() and not PurePosixPath(member.filename).name.startswith(LOCK_FILE)
            ]
            problems += _refusals(members, label)
            if problems:
                return {}, problems
            found: dict[str, Path] = {}
            folder = Path(tempfile.mkdtemp(prefix="archive-", dir=workspace))
            budget = MAX_TOTAL
            for number, member in enumerate(members):
                name = PurePosixPath(member.filename).name
                if name.startswith(".") or member.filename.startswith("__MACOSX/"):
                    continue
                target = folder / f"member-{number}"
                written = _copy(packed, member, target, budget)
                if written is None:
                    return {}, [_bomb(label, member.filename)]
                budget -= written
                found[name if name not in found else f"{number}-{name}"] = target
            return found, []
    except DAMAGED as error:
        return {}, [_problem(label, f"The archive cannot be read: {error}", "Pack the files again as .zip.")]


def _copy(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: int) -> int | None:
    """Bytes written, or None when the member grows beyond what is allowed."""
    written = 0
    with packed.open(member) as source, target.open("wb") as out:
        while block := source.read(_CHUNK):
            written += len(block)
            if written > budget or (written > RATIO_FROM and written > MAX_RATIO * member.compress_size):
                return None
            out.write(block)
    return written


def _refusals(members: list[zipfile.ZipInfo], label: str) -> list[Problem]:
    problems = []
    tables = sum(not is_picture(member.filename) for member in members)
    if tables > MAX_MEMBERS or len(members) - tables > MAX_PICTURES:
        bound = f"{MAX_MEMBERS} tables and {MAX_PICTURES:,} pictures"
        what = f"The archive holds {len(members):,} files, more than {bound}"
        problems.append(_problem(label, what, "Pack only the files of the scene."))
    if sum(member.file_size for member in members) > MAX_TOTAL:
        problems.append(_bomb(label, "the archive"))
    for member in members[: MAX_MEMBERS + MAX_PICTURES]:
        name = member.filename
        if is_path_trick(name):
            what = f"The archive holds a file named {name[:80]!r}, which points outside of it"
            problems.append(_problem(label, what, "Pack the files again without paths."))
        elif stat.S_ISLNK(member.external_attr >> 16):
            what = f"The archive holds the link {name[:80]!r}"
            problems.append(_problem(label, what, "Pack the file itself instead of a link."))
        elif member.flag_bits & 0x1:
            problems.append(_problem(label, f"{name[:80]!r} is encrypted", "Pack it without a password."))
        elif member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            problems.append(_bomb(label, name))
        elif name.lower().endswith((".zip", ".7z", ".rar", ".tar", ".tgz")):
            what = f"The archive holds another archive, {name[:80]!r}"
            problems.append(_problem(label, what, "Unpack it first; archives in archives are not opened."))
    return problems


def is_path_trick(name: str) -> bool:
    """Whether a file or scene name tries to be a path (absolute, drive, ``..``, zero byte)."""
    parts = name.replace("\\", "/").split("/")
    drive = len(name) > 1 and name[1] == ":"
    return name.startswith(("/", "\\", "~")) or drive or ".." in parts or "\x00" in name


def _bomb(label: str, name: str) -> Problem:
    what = f"{name[:80]!r} unpacks to far more than it holds (a decompression bomb)"
    bound = f"At most {MAX_TOTAL >> 30} GiB and {MAX_RATIO} times the packed size are read"
    todo = f"{bound}; give the files unpacked."
    return _problem(label, what, todo)


def _problem(label: str, what: str, todo: str) -> Problem:
    return Problem(label, None, "", "error", what, todo)
