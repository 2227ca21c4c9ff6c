"""The ledger: one SQLite file in which each finished replication stands exactly once.

A replication may be carried out more than once, after a kill or because more is wanted of it; it
is recorded once, and a second execution must give the same bits. There is one writer, the
process that drives the experiment.

References
----------
SQLite, Write-Ahead Logging (sqlite.org/wal.html): with ``synchronous=FULL`` a commit survives a
loss of power.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.experiment.design import Part
    from patrolsim.experiment.results import Failure

FORM = 2
"""Version of the tables below."""
BUSY_S = 60.0
"""How long another process may hold the file before this one gives up."""
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"})
"""On these the locks that SQLite needs cannot be trusted."""
_TABLES = """
CREATE TABLE IF NOT EXISTS form (version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS results (
  arm TEXT NOT NULL, replication INTEGER NOT NULL, incident_digest TEXT NOT NULL,
  log_digest TEXT NOT NULL, metrics BLOB NOT NULL, notices TEXT NOT NULL,
  checksum TEXT NOT NULL, seal TEXT NOT NULL,
  PRIMARY KEY (arm, replication)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
  arm TEXT NOT NULL, replication INTEGER NOT NULL, part TEXT NOT NULL, content BLOB NOT NULL,
  checksum TEXT NOT NULL, PRIMARY KEY (arm, replication, part));
CREATE TABLE IF NOT EXISTS failures (
  arm TEXT NOT NULL, replication INTEGER NOT NULL, kind TEXT NOT NULL, policy TEXT,
  time_s REAL, incident_id INTEGER, place TEXT, message TEXT NOT NULL,
  PRIMARY KEY (arm, replication)) WITHOUT ROWID;
"""


class LedgerError(PatrolsimError):
    """A ledger cannot be used, or what stands in it is damaged."""


class NondeterminismError(LedgerError):
    """A replication gave another result than the one that stands in the ledger."""


class Ledger:
    """An open ledger."""

    def __init__(self, database: sqlite3.Connection, path: str) -> None:
        self._database = database
        self.path = path

    @classmethod
    @contextmanager
    def open(cls, path: Path | None) -> Iterator[Ledger]:
        """Open a ledger, or make it; None for one that is gone at the end.

        Raises
        ------
        LedgerError
            If it cannot be opened or written, or is no ledger of this form.
        """
        shown = ":memory:" if path is None else str(path)
        with _as_ledger_error(shown):
            if path is not None:
                _refuse_network(path)
                path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(shown, timeout=BUSY_S, isolation_level=None)
        ledger = cls(database, shown)
        try:
            with _as_ledger_error(shown):
                ledger._prepare()
            yield ledger
        finally:
            database.close()

    def find(self, arm: str, replication: int, parts: frozenset[Part]) -> Record | None:
        """Return a recorded replication if it stands here with all these parts.

        Parameters
        ----------
        arm
            Digest of the scenario, strategy and code (see `patrolsim.experiment.keys`).
        replication
            Its index.
        parts
            What is wanted beside the metrics.

        Raises
        ------
        LedgerError
            If what stands here is damaged.
        """
        with _as_ledger_error(self.path):
            row = self._database.execute(
                "SELECT incident_digest, log_digest, metrics, notices, checksum, seal FROM results"
                " WHERE arm = ? AND replication = ?",
                (arm, replication),
            ).fetchone()
            if row is None:
                return None
            found = {part: self._find_part(arm, replication, part) for part in parts}
        kept = {part: content for part, content in found.items() if content is not None}
        if len(kept) < len(parts):
            return None
        incident_digest, log_digest, metrics, notices, checksum, seal = row
        self._check(_checksum(checksum.encode(), notices.encode()) == seal, replication)
        record = Record(
            incident_digest=incident_digest,
            log_digest=log_digest,
            metrics=metrics,
            notices=tuple(json.loads(notices)),
            parts=kept,
        )
        self._check(record.checksum() == checksum, replication)
        return record

    def record(self, arm: str, replication: int, record: Record) -> None:
        """Write a finished replication down, in one transaction.

        Raises
        ------
        NondeterminismError
            If another result of the same replication stands here.
        LedgerError
            If it cannot be written.
        """
        with _as_ledger_error(self.path), self._transaction():
            present = self._database.execute(
                "SELECT checksum FROM results WHERE arm = ? AND replication = ?",
                (arm, replication),
            ).fetchone()
            if present is not None and present[0] != record.checksum():
                raise NondeterminismError(_differs(self.path, replication))
            self._insert(arm, replication, record)
            for part, content in record.parts.items():
                self._record_part(arm, replication, part, content)
            self._database.execute(
                "DELETE FROM failures WHERE arm = ? AND replication = ?", (arm, replication)
            )

    def note_failure(self, arm: str, failure: Failure) -> None:
        """Write down how a replication failed; it is tried again by the next experiment."""
        with _as_ledger_error(self.path):
            self._database.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    arm,
                    failure.task.replication,
                    failure.kind.value,
                    failure.policy,
                    failure.time_s,
                    failure.incident_id,
                    failure.where,
                    str(failure.error),
                ),
            )

    def failures(self, arm: str) -> list[tuple[int, str, str]]:
        """Return replication, kind and message of each failure that was not mended since."""
        with _as_ledger_error(self.path):
            return self._database.execute(
                "SELECT replication, kind, message FROM failures WHERE arm = ?"
                " ORDER BY replication",
                (arm,),
            ).fetchall()

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_TABLES)
        with self._transaction():
            row = self._database.execute("SELECT version FROM form").fetchone()
            if row is None:
                self._database.execute("INSERT INTO form VALUES (?)", (FORM,))
        if row is not None and row[0] != FORM:
            raise LedgerError(
                f"ledger {self.path} has form {row[0]}, this patrolsim writes {FORM}:"
                " remove it, or name another with --ledger FILE"
            )

    def _insert(self, arm: str, replication: int, record: Record) -> None:
        checksum = record.checksum()
        notices = json.dumps(record.notices, ensure_ascii=False)
        row = (
            record.incident_digest,
            record.log_digest,
            record.metrics,
            notices,
            checksum,
            _checksum(checksum.encode(), notices.encode()),
        )
        self._database.execute(
            "INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (arm, replication, *row),
        )

    def _find_part(self, arm: str, replication: int, part: Part) -> bytes | None:
        row = self._database.execute(
            "SELECT content, checksum FROM parts WHERE arm = ? AND replication = ? AND part = ?",
            (arm, replication, part.value),
        ).fetchone()
        if row is None:
            return None
        content: bytes = row[0]
        self._check(_checksum(content) == row[1], replication)
        return content

    def _record_part(self, arm: str, replication: int, part: Part, content: bytes) -> None:
        present = self._find_part(arm, replication, part)
        if present is not None and present != content:
            raise NondeterminismError(_differs(self.path, replication))
        self._database.execute(
            "INSERT OR IGNORE INTO parts VALUES (?, ?, ?, ?, ?)",
            (arm, replication, part.value, content, _checksum(content)),
        )

    def _check(self, holds: bool, replication: int) -> None:  # noqa: FBT001 - what was checked
        if not holds:
            raise LedgerError(
                f"ledger {self.path} is damaged: what it says of replication {replication} is not"
                " what was written. Remove it; its replications will be run again"
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            yield
            self._database.execute("COMMIT")
        except BaseException:
            # A Ctrl-C may arrive between the commit and the next line.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise


def inspect_ledger(path: Path) -> int:
    """Return how many replications stand in a ledger, without changing it.

    Raises
    ------
    LedgerError
        If it is none, or damaged.
    """
    with _as_ledger_error(str(path)):
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = database.execute("PRAGMA quick_check").fetchone()[0]
            if found != "ok":
                raise LedgerError(f"ledger {path} is damaged: {found}")
            count: int = database.execute("SELECT count(*) FROM results").fetchone()[0]
        finally:
            database.close()
    return count


def _checksum(*contents: bytes) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()


def _differs(path: str, replication: int) -> str:
    return (
        f"replication {replication} came out differently than it stands in ledger {path}:"
        " something in it depends on more than the scenario and the seed, perhaps a policy that"
        " draws its own random numbers or reads a clock"
    )


def _refuse_network(path: Path) -> None:
    """Refuse a file system on which two writers cannot see each other's locks."""
    kind = _file_system(path)
    if kind in NETWORK_FILE_SYSTEMS:
        raise LedgerError(
            f"ledger {path} would lie on a network file system ({kind}), where it cannot be kept"
            " safe: name a file on a disk of this machine with --ledger FILE"
        )


def _file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the kind of file system that a path lies on; empty where nobody says it."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    target = path.absolute().resolve()
    best, kind = -1, ""
    for line in lines:
        _device, place, name, *_rest = line.split(" ")
        folder = Path(place.replace("\\040", " "))
        if target.is_relative_to(folder) and len(folder.parts) >= best:
            best, kind = len(folder.parts), name
    return kind


@contextmanager
def _as_ledger_error(path: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise LedgerError(
            f"ledger {path} cannot be used: {error}. If it is damaged, remove it; its"
            " replications will be run again"
        ) from error
    except OSError as error:
        raise LedgerError(f"ledger {path} cannot be opened: {error.strerror or error}") from error
