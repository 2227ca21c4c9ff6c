"""Compiled maps kept on disk and mapped into memory: loaded in no time, shared by all processes.

A snapshot lies in a hidden folder beside the map. Its name is a hash of everything that it was
made from, so it is never out of date: another map, mode or speed, or another version of this
code, has another name.
"""

from __future__ import annotations

import hashlib
import json
import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim.network.cells import Frame, StreetCells
from patrolsim.network.compiling import CompiledMap, ComponentLoss
from patrolsim.network.node_ids import NodeIds
from patrolsim.network.packing import make_cells, pack_arcs
from patrolsim.network.projection import Projection
from patrolsim.network.snapshot_form import Contents, UnsoundError, read_snapshot, write_snapshot
from patrolsim.network.soundness import check_sound
from patrolsim.network.streets import Mode, PackedArcs, Streets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = ".patrolsim"
"""Beside the map; it can be deleted at any time."""
SUFFIX = ".streets"
MOST_KEPT = 4
"""Snapshots of one map: the same with other modes or speeds. The oldest go first."""
STALE_S = 3600
"""A file that another process began to write so long ago will never be finished."""
NODE_COLUMNS = ("x", "y", "lon", "lat")
ARC_COLUMNS = ("tail", "head", "out_start", "in_start", "in_arcs", "length_m", "weight_us", "twin")


class KeptMap(NamedTuple):
    """A compiled map, and what else belongs to it, as JSON knows it."""

    compiled: CompiledMap
    extras: Any


class SnapshotShelf(NamedTuple):
    """Where the snapshots of one map may lie.

    Attributes
    ----------
    folders
        The first that holds a sound snapshot, or can be written, is used.
    stem
        The map; snapshots of the same stem in a folder replace each other in the end.
    key
        Hash of what the wanted snapshot is made from.
    """

    folders: tuple[Path, ...]
    stem: str
    key: str

    def find(self) -> KeptMap | None:
        """Return the wanted map from the first folder that has a sound snapshot of it."""
        for folder in self.folders:
            kept = load_map(folder / self._name)
            if kept is not None:
                return kept
        return None

    def keep(self, kept: KeptMap) -> KeptMap:
        """Write a snapshot and return the map as it is mapped from there.

        Where no folder can be written the map itself comes back.
        """
        contents = _contents(kept)
        for folder in self.folders:
            if not _may_write(folder):
                continue
            try:
                folder.mkdir(parents=True, exist_ok=True)
                write_snapshot(folder / self._name, contents)
            except OSError:
                continue
            self._tidy(folder)
            return load_map(folder / self._name) or kept
        return kept

    @property
    def _name(self) -> str:
        return f"{self.stem}-{self.key}{SUFFIX}"

    def _tidy(self, folder: Path) -> None:
        """Remove the oldest snapshots of the map, and what was never finished."""
        mine = f"{self.stem}-{'?' * len(self.key)}{SUFFIX}"
        try:
            ages = {path: path.stat().st_mtime for path in folder.glob(f"{mine}*")}
            now_s = ages[folder / self._name]
            kept = sorted((path for path in ages if path.suffix == SUFFIX), key=ages.__getitem__)
            drafts = [path for path in ages if path.suffix != SUFFIX]
            stale = [path for path in drafts if now_s - ages[path] > STALE_S]
            for path in [*kept[:-MOST_KEPT], *stale]:
                path.unlink()
        except (OSError, KeyError):
            # Another process tidies as well, or this system keeps open files: next time.
            return


def shelf_of(
    files: Sequence[Path], inputs: object, spare: Path | None = None
) -> SnapshotShelf | None:
    """Return where the snapshot of a map lies; None when a file cannot be read.

    Parameters
    ----------
    files
        All files that the map is read from; the snapshot lies beside the first.
    inputs
        Everything else that compiling depends on, as JSON knows it.
    spare
        A folder for snapshots of maps whose own folder cannot be written.
    """
    code = _code_digest()
    if code is None:
        return None
    digest = hashlib.sha256(code)
    try:
        for file in files:
            with file.open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").hexdigest()
            digest.update(json.dumps([file.name, content]).encode())
        first = files[0].resolve()
    except OSError:
        return None
    digest.update(json.dumps(inputs, sort_keys=True).encode())
    where = hashlib.sha256(str(first.parent).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    folders = (first.parent / FOLDER, *([] if spare is None else [spare / where]))
    return SnapshotShelf(folders, first.name, digest.hexdigest()[:32])


def load_map(path: Path) -> KeptMap | None:
    """Return the map of a snapshot, mapped into memory; None when there is no sound one."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        return _kept_map(read_snapshot(path))
    except (OSError, UnsoundError):
        return None


@cache
def _code_digest() -> bytes | None:
    """Return a hash of this package: whatever changes in it may change what is compiled."""
    try:
        files = sorted(Path(__file__).parent.glob("*.py"))
        sources = [(file.name, file.read_bytes()) for file in files]
    except OSError:
        return None
    digest = hashlib.sha256()
    for name, source in sources:
        digest.update(f"{name} {len(source)}\n".encode() + source)
    return digest.digest() if sources else None


def _may_write(folder: Path) -> bool:
    """Whether nobody has made the folder, or the one that it would be made in, read-only.

    The system would let an administrator write all the same, as the only user of a container is.
    """
    there = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return there is not None and bool(there.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP))


def _contents(kept: KeptMap) -> Contents:
    compiled, streets = kept.compiled, kept.compiled.streets
    ids = NodeIds.of(streets.node_ids)
    arrays: dict[str, Any] = {
        "id_text": ids.text,
        "id_start": ids.start,
        "id_order": ids.order,
    }
    columns = {name: getattr(streets, name) for name in (*NODE_COLUMNS, *ARC_COLUMNS, "usable")}
    arrays |= {name: column for name, column in columns.items() if column is not None}
    arrays["may_enter"] = compiled.may_enter
    for mode in range(len(streets.modes)):
        packed = pack_arcs(streets, mode)._asdict()
        arrays |= {f"{name} {mode}": column for name, column in packed.items()}
    cells = make_cells(streets)
    arrays |= {"cell_first": cells.first, "cell_arcs": cells.arcs, "within_m": cells.within_m}
    facts = {
        "frame": list(cells.frame),
        "modes": [[mode.name, mode.off_road_mps, mode.turns_round] for mode in streets.modes],
        "losses": [list(loss) for loss in compiled.losses],
        "projection": _scales(compiled.projection),
        "extras": kept.extras,
    }
    return Contents(arrays, facts)


def _scales(projection: Projection | None) -> list[float] | None:
    if projection is None:
        return None
    return [projection.lon0, projection.lat0, projection.x_scale, projection.y_scale]


def _kept_map(contents: Contents) -> KeptMap:
    """Return the map of a file; everything that an index or a loop relies on is checked."""
    arrays, facts = contents
    try:
        modes = tuple(
            Mode(name=str(name), off_road_mps=float(speed), turns_round=bool(turns))
            for name, speed, turns in facts["modes"]
        )
        scales = facts["projection"]
        compiled = CompiledMap(
            streets=_streets(arrays, modes, Frame(*facts["frame"])),
            projection=None if scales is None else Projection(*(float(scale) for scale in scales)),
            may_enter=arrays["may_enter"],
            losses=tuple(ComponentLoss(*loss) for loss in facts["losses"]),
        )
        kept = KeptMap(compiled, facts["extras"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnsoundError("something is missing") from error
    check_sound(compiled)
    return kept


def _streets(arrays: Mapping[str, Any], modes: tuple[Mode, ...], frame: Frame) -> Streets:
    fields = PackedArcs._fields
    columns: dict[str, Any] = {name: arrays.get(name) for name in ("lon", "lat")}
    columns |= {name: arrays[name] for name in ("x", "y", *ARC_COLUMNS, "usable")}
    return Streets(
        node_ids=NodeIds(arrays["id_text"], arrays["id_start"], arrays["id_order"]),
        **columns,
        modes=modes,
        packed=tuple(
            PackedArcs(*(arrays[f"{name} {mode}"] for name in fields))
            for mode in range(len(modes))
        ),
        cells=StreetCells(frame, arrays["cell_first"], arrays["cell_arcs"], arrays["within_m"]),
    )
