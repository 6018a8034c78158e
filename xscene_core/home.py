"""Where the library, the cache and the run store live."""

import os
from dataclasses import dataclass
from pathlib import Path

from xscene_core.errors import InputError

SAMPLE_SCENES = Path(__file__).resolve().parent.parent / "sample_data"


@dataclass(frozen=True)
class Home:
    """One folder that holds everything xscene writes.

    ``scenes/`` imported scenes, ``cache/`` re-creatable files (encodings, source models),
    ``runs.db`` and ``artifacts/`` the run store, ``projections/`` pictures of finished runs.
    """

    path: Path

    @classmethod
    def resolve(cls, option: str | os.PathLike[str] | None = None) -> "Home":
        """The folder named by ``option``, else by ``XSCENE_HOME``, else ``.xscene`` here.

        Raises
        ------
        InputError : the path exists and is not a folder, cannot be created, or holds a question mark.
        """
        asked = str(option or os.environ.get("XSCENE_HOME") or ".xscene")
        try:
            chosen = Path(asked).expanduser().resolve()
            if "?" in str(chosen):  # the run store's address would end there, and the store lie outside
                raise ValueError("its path holds a question mark")
            chosen.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError, ValueError) as error:  # "~nobody", a loop of links, a zero byte
            raise InputError(
                f"The home folder cannot be used: {getattr(error, 'strerror', None) or error}",
                where=asked[:300],
                todo="Name a folder you can write to with --home or XSCENE_HOME.",
            ) from error
        return cls(chosen)

    @property
    def scenes(self) -> Path:
        return self.path / "scenes"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def database(self) -> Path:
        return self.path / "runs.db"

    @property
    def artifacts(self) -> Path:
        return self.path / "artifacts"

    @property
    def projections(self) -> Path:
        return self.path / "projections"
