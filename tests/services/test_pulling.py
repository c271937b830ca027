"""Reviews that case systems give: rows first, then the cursor; nothing lost, and nobody held up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import row
from webapp.casesystem import Away, CaseSystem, GiveUp, Incoming, TryAgain
from webapp.casesystem.files import Files
from webapp.casesystem.simulator import Simulator
from webapp.house import House
from webapp.services import pulling
from webapp.store import Child, Note


def another(number: int) -> dict[str, Any]:
    made = row()
    made["review"]["id"], made["child"]["id"] = f"R-{number}", f"C-{number}"
    return made


def lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def giving(*batches: bytes) -> Simulator:
    made = Simulator()
    made.batches += batches
    return made


def pull(house: House, **adapters: CaseSystem) -> int:
    return pulling.pull_once(house.db, house.vault, adapters, house.clock)


def children(house: House) -> int:
    with house.db.reading() as s:
        return s.scalar(select(func.count()).select_from(Child)) or 0


def cursor(house: House, name: str = "mosaic") -> str:
    with house.db.reading() as s:
        note = s.get(Note, f"cursor:{name}")
        return note.value if note else ""


def test_everything_new_is_taken_in_and_the_case_system_is_told_what_became_of_it(house: House) -> None:
    wrong = another(3)
    wrong["people"][0]["role"] = "CANARY"
    mosaic = giving(lines(another(1), another(2)), lines(wrong, another(4)))
    assert pull(house, mosaic=mosaic) == 3
    assert (children(house), cursor(house)) == (3, "2")
    assert len(mosaic.told[0]) == 0
    [problem] = mosaic.told[1]
    assert "people[0].role" in problem
    assert "CANARY" not in problem
    assert pull(house, mosaic=mosaic) == 0, "the cursor stands behind them"


def test_a_crash_before_the_cursor_brings_the_same_rows_again_and_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    mosaic = giving(lines(another(1)))

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(pulling, "_name", lambda adapter: f"cursor:{adapter}")
    with monkeypatch.context() as patched:
        patched.setattr(house.db, "writing", _dying_after(house, 1, die))
        with pytest.raises(Killed):
            pull(house, mosaic=mosaic)
    assert cursor(house) == ""
    before = children(house)
    pull(house, mosaic=mosaic)
    assert (before, children(house), cursor(house)) == (1, 1, "1")


def _dying_after(house: House, number: int, die: Any) -> Any:
    """`writing`, until so many transactions were begun that hold rows."""
    real, begun = house.db.writing, []

    def writing() -> Any:
        if children(house) >= number:
            die()
        begun.append(1)
        return real()

    return writing


@pytest.mark.parametrize(
    "error", [Away("gone"), TryAgain("no_answer"), GiveUp("reviews_unreadable"), ZeroDivisionError("CANARY")]
)
def test_one_that_is_away_or_broken_stops_no_other(house: House, error: Exception) -> None:
    class Broken(Simulator):
        def incoming(self, cursor: str) -> Incoming | None:
            raise error

    assert pull(house, broken=Broken(), mosaic=giving(lines(another(1)))) == 1


def test_a_batch_that_nobody_can_read_is_passed_and_told(house: House) -> None:
    mosaic = giving(b"\xff\xfe\x00 not JSON", lines(another(1)))
    assert pull(house, mosaic=mosaic) == 1
    assert len(mosaic.told[0]) == 1
    assert cursor(house) == "2"


def test_a_worker_that_was_slow_does_not_turn_the_cursor_back(house: House) -> None:
    fast = giving(lines(another(1)), lines(another(2)))

    class Slow(Simulator):
        def incoming(self, cursor: str) -> Incoming | None:
            if not cursor:
                pull(house, mosaic=fast)
                return Incoming("batch 1", lines(another(1)), "1")
            return fast.incoming(cursor)

    pull(house, mosaic=Slow())
    assert (children(house), cursor(house)) == (2, "2")


def test_each_case_system_has_a_cursor_of_its_own(house: House, clock: SettableClock) -> None:
    pull(house, mosaic=giving(lines(another(1))), liquid=giving(lines(another(2)), lines(another(3))))
    assert (cursor(house, "mosaic"), cursor(house, "liquid")) == ("1", "2")


def test_files_in_the_folder_are_taken_in_one_by_one(house: House, tmp_path: Any) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(lines(another(1)))
    (tmp_path / "in" / "b.csv").write_bytes(b"no,such,columns\n1,2,3\n")
    (tmp_path / "in" / "c.jsonl").write_bytes(lines(another(2)))
    assert pull(house, files=Files(tmp_path)) == 2
    done = sorted(path.suffix for path in (tmp_path / "in" / "done").iterdir())
    assert done == [".csv", ".jsonl", ".jsonl", ".txt"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["done"]


def test_a_case_system_that_never_ends_gets_its_turn_and_no_more(house: House) -> None:
    class Endless(Simulator):
        asked = 0

        def incoming(self, cursor: str) -> Incoming | None:
            self.asked += 1
            return Incoming("again", lines(another(1)), str(self.asked))

        def took_in(self, batch: Incoming, problems: Sequence[str]) -> None:
            return None

    endless = Endless()
    pull(house, mosaic=endless)
    assert endless.asked == pulling.AT_ONCE
