"""The scenes at hand: those imported into the home folder and the samples that are shipped."""

import dataclasses
import difflib
import json
import re
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from xscene_core.errors import InputError
from xscene_core.home import SAMPLE_SCENES, Home
from xscene_core.scenes.fingerprint import fingerprint_folder
from xscene_core.scenes.scene import INTERACTION_COLUMNS, Scene, SceneCard, check_name
from xscene_core.scenes.storage import disk_errors, exists_already, move_into_place, staging
from xscene_core.scenes.tables import COLUMNS, arrow_schema, canonical
from xscene_core.scenes.validation import refuse_broken

_CARD_TYPES: dict[Any, type] = {kind: kind for kind in (str, int, bool)}
_TOKEN = re.compile(r"(?P<name>[^~/\\]+)~(?P<mark>sample|[0-9a-f]{12})")


class SceneLibrary:
    """Scenes by name. An imported scene hides a sample of the same name."""

    def __init__(self, home: Home, samples: Path | None = SAMPLE_SCENES) -> None:
        self.home, self.samples = home, samples

    def names(self) -> list[str]:
        """All scenes, samples first, each group in alphabetical order."""
        imported = _scene_folders(self.home.scenes)
        samples = [name for name in self._shipped() if name not in imported and not self._hidden(name)]
        return sorted(samples) + sorted(imported)

    def is_sample(self, name: str) -> bool:
        return self._folder(name).parent != self.home.scenes

    def card(self, name: str) -> SceneCard:
        """Raises ``InputError`` for an unknown scene or an unreadable card."""
        return _card_from(self._document(name))

    def cards(self) -> list[SceneCard]:
        """The card of every scene; one that cannot be read says so in its description."""
        cards = []
        for name in self.names():
            try:
                cards.append(self.card(name))
            except InputError as error:
                cards.append(SceneCard(name, name, str(error), "imported", "", "", notes=(str(error),)))
        return cards

    def fingerprint(self, name: str) -> str:
        """sha256 hex of the content, read from the card without loading the scene."""
        return str(self._document(name)["fingerprint"])

    def items(self, name: str) -> pd.DataFrame:
        """The item table alone. Raises ``InputError`` when the scene is unknown or its files are broken."""
        try:
            return _read("items", self._folder(name) / "items.parquet")
        except (OSError, pa.ArrowException, KeyError) as error:
            raise _broken(name, str(error).splitlines()[0]) from error

    def load(self, name: str, *, choices: bool = True) -> Scene:
        """The whole scene, or without ``choices`` one whose table of interactions, the largest, is empty.

        Raises ``InputError`` when it is unknown or its files are broken.
        """
        document, folder = self._document(name), self._folder(name)
        found = {file.stem: file for file in folder.glob("*.parquet")}
        for table in ("items", "interactions"):
            if table not in found:
                raise _broken(name, f"{table}.parquet is missing")
        try:
            left_out = ("images",) if choices else ("images", "interactions")
            frames = {table: _read(table, file) for table, file in found.items() if table not in left_out}
        except (OSError, pa.ArrowException, KeyError) as error:
            raise _broken(name, str(error).splitlines()[0]) from error
        extra = {key[6:]: frame for key, frame in frames.items() if key.startswith("extra-")}
        return Scene(
            name=name,
            items=frames["items"],
            interactions=frames.get("interactions", pd.DataFrame(columns=list(INTERACTION_COLUMNS))),
            card=_card_from(document),
            fingerprint=str(document["fingerprint"]),
            reviews=frames.get("reviews"),
            queries=frames.get("queries"),
            dialogues=frames.get("dialogues"),
            extra=extra,
        )

    def save(
        self, scene: Scene, images: dict[str, bytes] | None = None, overwrite: bool = False
    ) -> SceneCard:
        """Writes ``scene`` whole or not at all; counts and fingerprint are computed here.

        images : PNG bytes by item_id.

        Raises
        ------
        InputError : the name is taken (and ``overwrite`` is off) or cannot be used, or the tables break
            a rule of ``Scene``. WorkError : the disk refuses.
        """
        check_name(scene.name)
        frames = {"items": scene.items, "interactions": scene.interactions}
        optional = {"reviews": scene.reviews, "queries": scene.queries, "dialogues": scene.dialogues}
        frames |= {table: frame for table, frame in optional.items() if frame is not None}
        frames = {table: canonical(table, frame) for table, frame in frames.items()}
        refuse_broken(scene.name, frames["items"], frames["interactions"])
        self.refuse_taken(scene.name, overwrite)
        with staging(self.home.scenes) as folder:
            for table, frame in frames.items():
                arrow = pa.Table.from_pandas(frame, schema=arrow_schema(table), preserve_index=False)
                pq.write_table(arrow, folder / f"{table}.parquet", compression="zstd")
            for key, frame in scene.extra.items():
                frame.to_parquet(folder / f"extra-{check_name(key, 'extra table')}.parquet", index=False)
            if images:
                rows = {"item_id": list(images), "png": list(images.values())}
                pq.write_table(pa.table(rows, schema=arrow_schema("images")), folder / "images.parquet")
            card = dataclasses.replace(
                scene.card,
                name=scene.name,
                items=len(frames["items"]),
                people=int(frames["interactions"]["user_id"].nunique()),
                interactions=len(frames["interactions"]),
                has_time=_has_time(frames["interactions"]),
                has_images=bool(images),
            )
            return self.adopt(folder, card, overwrite)

    def adopt(self, folder: Path, card: SceneCard, overwrite: bool = False) -> SceneCard:
        """Takes over ``folder`` (canonical Parquet tables, on the disk of the home) as a scene.

        The last step of ``save`` and of an import; what it replaces goes to the removed scenes.
        """
        check_name(card.name)
        self.refuse_taken(card.name, overwrite)
        with disk_errors(self.home.scenes):
            document = {**dataclasses.asdict(card), "fingerprint": fingerprint_folder(folder)}
            text = json.dumps(document, indent=1, ensure_ascii=False)
            (folder / "card.json").write_text(text, encoding="utf-8")
            replaced = self._removed / _new_token(card.name) if overwrite else None
            move_into_place(folder, self.home.scenes / card.name, replaced)
        return card

    def refuse_taken(self, name: str, overwrite: bool = False) -> None:
        """Raises ``InputError`` when ``name`` is taken; names that differ only in case count as equal,
        because some disks cannot tell them apart."""
        for known in self.names():
            if known.casefold() == name.casefold() and not (overwrite and known == name):
                raise exists_already(known)

    def remove(self, name: str) -> str:
        """Removes a scene and returns the token that ``restore`` takes. Samples are only hidden."""
        folder = self._folder(name)
        with disk_errors(self.home.scenes):
            if self.is_sample(name):
                self._marker(name).parent.mkdir(parents=True, exist_ok=True)
                self._marker(name).touch()
                return f"{name}~sample"
            token = _new_token(name)
            self._removed.mkdir(parents=True, exist_ok=True)
            folder.rename(self._removed / token)
        return token

    def restore(self, token: str) -> str:
        """Undoes ``remove``; returns the name. Raises ``InputError`` for an unknown or used token."""
        match = _TOKEN.fullmatch(token)
        name = check_name(match["name"], where="undo token") if match else ""
        marker, folder = self._marker(name), self._removed / token
        kept = match is not None and (marker.exists() if match["mark"] == "sample" else folder.is_dir())
        if match is None or not kept:
            raise InputError(
                f"There is nothing to restore for {token[:90]!r}",
                where="undo token",
                todo="It was restored already, or it is not a token that removing a scene gave.",
            )
        self.refuse_taken(name)
        with disk_errors(self.home.scenes):
            if match["mark"] == "sample":
                marker.unlink(missing_ok=True)
            else:
                move_into_place(folder, self.home.scenes / name, None)
        return name

    def pictures(self, name: str, item_ids: Iterable[str]) -> dict[str, bytes]:
        """PNG bytes of those of ``item_ids`` that have a picture."""
        file, wanted = self._folder(name) / "images.parquet", list(item_ids)
        if not file.is_file() or not wanted:
            return {}
        try:
            table = pq.read_table(file, filters=[("item_id", "in", wanted)])
        except (OSError, pa.ArrowException) as error:
            raise _broken(name, str(error).splitlines()[0]) from error
        return dict(zip(table["item_id"].to_pylist(), table["png"].to_pylist(), strict=True))

    def folder(self, name: str) -> Path:
        """Where the tables of a scene lie (read only). Raises ``InputError`` for an unknown scene."""
        return self._folder(name)

    @property
    def _removed(self) -> Path:
        return self.home.scenes / ".removed"

    def _marker(self, name: str) -> Path:
        return self.home.scenes / ".hidden" / name

    def _hidden(self, name: str) -> bool:
        return self._marker(name).exists()

    def _shipped(self) -> set[str]:
        return _scene_folders(self.samples) if self.samples is not None else set()

    def _folder(self, name: str) -> Path:
        known = self.names()
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known[:12]
            advice = f"Did you mean {', '.join(close)}?" if close else "Import a scene first."
            raise InputError(f"There is no scene {name[:80]!r}", where="scene library", todo=advice)
        imported = self.home.scenes / name
        if self.samples is None or (imported / "card.json").is_file():
            return imported
        return self.samples / name

    def _document(self, name: str) -> dict[str, Any]:
        file = self._folder(name) / "card.json"
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise _broken(name, f"card.json: {error}") from error
        if not isinstance(document, dict) or "fingerprint" not in document:
            raise _broken(name, "card.json holds no fingerprint")
        return {**document, "name": name}  # the folder says the name: a copied folder is another scene


def _scene_folders(parent: Path | None) -> set[str]:
    if parent is None or not parent.is_dir():
        return set()
    return {file.parent.name for file in parent.glob("*/card.json") if not file.parent.name.startswith(".")}


def _card_from(document: dict[str, Any]) -> SceneCard:
    known = {field.name: field.type for field in dataclasses.fields(SceneCard)}
    given = {key: value for key, value in document.items() if key in known}
    for key, value in given.items():
        if known[key] in _CARD_TYPES and type(value) is not _CARD_TYPES[known[key]]:
            raise _broken(str(document["name"]), f"card.json: {key} is {str(value)[:40]!r}")
    try:
        return SceneCard(**given | {"notes": tuple(map(str, given.get("notes", ())))})
    except TypeError as error:
        raise _broken(str(document["name"]), f"card.json: {error}") from error


def _read(table: str, file: Path) -> pd.DataFrame:
    arrow = pq.read_table(file)
    if table not in COLUMNS:
        return arrow.to_pandas()
    frame = arrow.select(list(COLUMNS[table])).to_pandas(integer_object_nulls=False)
    if "timestamp" in COLUMNS[table]:
        frame["timestamp"] = arrow["timestamp"].to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame


def _has_time(interactions: pd.DataFrame) -> bool:
    return len(interactions) > 0 and bool(interactions["timestamp"].notna().all())


def _new_token(name: str) -> str:
    return f"{name}~{uuid.uuid4().hex[:12]}"


def _broken(name: str, what: str) -> InputError:
    return InputError(
        f"The scene {name!r} cannot be read: {what}",
        where="scene library",
        todo="Remove it and import it again.",
    )
