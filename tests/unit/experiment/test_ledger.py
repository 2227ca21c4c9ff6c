"""Each replication stands in the ledger once, whole and as it was, or not at all."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.experiment.test_estimates import metrics

from patrolsim.errors import PolicyError
from patrolsim.experiment import Failure, Ledger, LedgerError, NondeterminismError, Part, Task
from patrolsim.experiment.ledger import _file_system, _refuse_network
from patrolsim.experiment.packing import pack
from patrolsim.experiment.records import Record, pack_metrics

if TYPE_CHECKING:
    from pathlib import Path

NOTHING: frozenset[Part] = frozenset()
BOTH = frozenset(Part)


def record(*times_s: float, **parts: object) -> Record:
    return Record(
        incident_digest="in",
        log_digest="log",
        metrics=pack_metrics(metrics(*times_s)),
        notices=("a note",),
        parts={Part[name.upper()]: pack(value) for name, value in parts.items()},
    )


ONE = record(10.0, 20.0)


def test_what_is_recorded_is_found_by_another_process(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "deep" / "ledger.sqlite") as ledger:
        ledger.record("arm", 3, ONE)
    with Ledger.open(tmp_path / "deep" / "ledger.sqlite") as ledger:
        assert ledger.find("arm", 3, NOTHING) == ONE
        assert ledger.find("arm", 4, NOTHING) is None
        assert ledger.find("other", 3, NOTHING) is None


def test_the_same_result_may_be_recorded_again() -> None:
    with Ledger.open(None) as ledger:
        ledger.record("arm", 0, ONE)
        ledger.record("arm", 0, ONE)
        assert ledger.find("arm", 0, NOTHING) == ONE


@pytest.mark.parametrize(
    "other",
    [
        record(10.0, 20.5),
        replace(ONE, log_digest="other"),
        replace(ONE, incident_digest="other"),
    ],
)
def test_another_result_of_the_same_replication_is_an_error(other: Record) -> None:
    with Ledger.open(None) as ledger:
        ledger.record("arm", 7, ONE)
        with pytest.raises(NondeterminismError, match="replication 7 came out differently"):
            ledger.record("arm", 7, other)
        assert ledger.find("arm", 7, NOTHING) == ONE


def test_parts_can_be_added_later_but_not_changed() -> None:
    with Ledger.open(None) as ledger:
        ledger.record("arm", 0, ONE)
        assert ledger.find("arm", 0, BOTH) is None
        ledger.record("arm", 0, record(10.0, 20.0, tables={"a": 1}))
        ledger.record("arm", 0, record(10.0, 20.0, audit=["odd"]))
        found = ledger.find("arm", 0, BOTH)
        assert found is not None
        assert set(found.parts) == BOTH
        assert found.findings() == ["odd"]
        with pytest.raises(NondeterminismError):
            ledger.record("arm", 0, record(10.0, 20.0, tables={"a": 2}))


def test_a_failure_stands_there_until_the_replication_is_done() -> None:
    error = PolicyError("mine", 12.5, 3, "has no idea", "mine.py:7")
    with Ledger.open(None) as ledger:
        ledger.note_failure("arm", Failure(Task("plan", 2), error))
        ((replication, kind, message),) = ledger.failures("arm")
        assert (replication, kind) == (2, "error")
        assert message == "policy 'mine' at t=12.5 s, incident 3: has no idea (mine.py:7)"
        assert ledger.find("arm", 2, NOTHING) is None
        ledger.record("arm", 2, ONE)
        assert ledger.failures("arm") == []


def test_every_flipped_byte_is_noticed_or_harmless(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    records = {number: record(float(number), tables={"n": number}) for number in range(4)}
    with Ledger.open(file) as ledger:
        for number, one in records.items():
            ledger.record("arm", number, one)
    good = file.read_bytes()
    noticed = 0
    for at in range(0, len(good), 41):
        file.write_bytes(good[:at] + bytes([good[at] ^ 0x5A]) + good[at + 1 :])
        (tmp_path / "ledger.sqlite-wal").unlink(missing_ok=True)
        try:
            with Ledger.open(file) as ledger:
                wanted = frozenset({Part.TABLES})
                found = {number: ledger.find("arm", number, wanted) for number in records}
        except LedgerError:
            noticed += 1
            continue
        assert all(one is None or one == records[number] for number, one in found.items())
    assert noticed > 10


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("my notes\n" * 1000)
    with pytest.raises(LedgerError, match="cannot be used"), Ledger.open(file):
        pass
    assert file.read_text() == "my notes\n" * 1000


def test_a_ledger_of_another_form_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    with Ledger.open(file):
        pass
    with sqlite3.connect(file) as database:
        database.execute("UPDATE form SET version = 99")
    database.close()
    with pytest.raises(LedgerError, match="has form 99"), Ledger.open(file):
        pass


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "ledger.sqlite"
    with pytest.raises(LedgerError, match=r"ledger .*file.*cannot be opened"), Ledger.open(path):
        pass


def test_the_file_survives_a_loss_of_power_by_its_settings(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        database = ledger._database
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_two_processes_may_write_at_the_same_time(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    with Ledger.open(file) as one, Ledger.open(file) as two:
        for number in range(0, 20, 2):
            one.record("arm", number, ONE)
            two.record("arm", number + 1, ONE)
        assert all(one.find("arm", number, NOTHING) == ONE for number in range(20))


def test_network_file_systems_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path}/far\\040away nfs4 rw 0 0\n")
    far = tmp_path / "far away" / "ledger.sqlite"
    assert _file_system(far, mounts) == "nfs4"
    assert _file_system(tmp_path / "near", mounts) == "ext4"
    assert _file_system(far, tmp_path / "no such file") == ""
    monkeypatch.setattr("patrolsim.experiment.ledger._file_system", lambda _path: "nfs4")
    with pytest.raises(LedgerError, match="network file system"):
        _refuse_network(far)


class Breaks:
    """A database of which the n-th statement fails, as on a full disk."""

    def __init__(self, database: sqlite3.Connection, at: int) -> None:
        self._database = database
        self.left = at

    @property
    def in_transaction(self) -> bool:
        return self._database.in_transaction

    def execute(self, *words: object) -> sqlite3.Cursor:
        self.left -= 1
        if self.left == 0:
            raise sqlite3.OperationalError("database or disk is full")
        return self._database.execute(*words)  # type: ignore[arg-type]  # passed on as they are


class Interrupts(Breaks):
    """A database after whose n-th statement the user interrupts."""

    def execute(self, *words: object) -> sqlite3.Cursor:
        done = self._database.execute(*words)  # type: ignore[arg-type]
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return done


def test_an_interrupt_at_any_moment_is_an_interrupt_and_loses_nothing_written() -> None:
    full = record(1.0, tables={"a": 1}, audit=[])
    for at in range(1, 12):
        with Ledger.open(None) as ledger:
            database = ledger._database
            ledger._database = Interrupts(database, at)  # type: ignore[assignment]
            try:
                ledger.record("arm", 0, full)
            except KeyboardInterrupt:
                assert not database.in_transaction
            ledger._database = database
            assert ledger.find("arm", 0, BOTH) in (None, full)
            ledger.record("arm", 0, full)
            assert ledger.find("arm", 0, BOTH) == full


def test_whichever_write_fails_the_ledger_stays_whole(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    full = record(1.0, tables={"a": 1}, audit=[])
    at, ended = 0, False
    while not ended:
        at += 1
        with Ledger.open(file) as ledger:
            breaks = Breaks(ledger._database, at)
            ledger._database = breaks  # type: ignore[assignment]
            try:
                ledger.record("arm", at, full)
                ended = True
            except (LedgerError, sqlite3.OperationalError):
                ledger._database = breaks._database
                assert ledger.find("arm", at, NOTHING) is None
    assert at > 5
    with Ledger.open(file) as ledger:
        assert ledger.find("arm", at, BOTH) == full
