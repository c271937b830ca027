"""The audit trail: reasons stay in their own line, and a command reads it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Worker
from webapp.house import House
from webapp.services import auditing
from webapp.store import Audit, Child, SealBroken


def two_reasons(house: House, case: Case, clock: SettableClock, worker: Worker) -> None:
    with house.db.writing() as s:
        child = s.get_one(Child, case.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        for reason in ("first reason", "second reason"):
            auditing.note(s, clock(), f"staff:{worker.id}", "worry_reason", "worry:1", child.id, reason, key)
            clock.move(seconds=1)


def test_two_reasons_of_one_subject_can_not_be_swapped(
    house: House, case: Case, clock: SettableClock, duty_worker: Worker
) -> None:
    two_reasons(house, case, clock, duty_worker)
    with house.db.writing() as s:
        first, second = s.scalars(select(Audit).where(Audit.action == "worry_reason").order_by(Audit.at))
        child = s.get_one(Child, case.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        assert auditing.reason_of(first, key) == "first reason"
        first.reason, second.reason = second.reason, first.reason
        with pytest.raises(SealBroken):
            auditing.reason_of(first, key)


@pytest.mark.parametrize("by", [("--child", "C-1"), ("--staff", "dina")])
def test_the_trail_is_read_by_child_or_by_colleague_and_reasons_only_where_asked_for(
    cli: FlaskCliRunner,
    house: House,
    case: Case,
    clock: SettableClock,
    duty_worker: Worker,
    by: tuple[str, str],
) -> None:
    two_reasons(house, case, clock, duty_worker)
    plain = cli.invoke(args=["audit", "show", *by])
    assert plain.exit_code == 0, plain.output
    assert f"staff:{duty_worker.id}\tworry_reason\tworry:1" in plain.output
    assert "first reason" not in plain.output
    assert "first reason" in cli.invoke(args=["audit", "show", *by, "--reasons"]).output
    with house.db.reading() as s:
        noted = s.scalars(select(Audit.action).where(Audit.action.startswith("audit_"))).all()
    assert noted == ["audit_read", "audit_reasons"]


@pytest.mark.parametrize(
    "args", [[], ["--child", "nobody"], ["--staff", "nobody"], ["--child", "a", "--staff", "b"]]
)
def test_the_trail_of_nobody_is_refused(cli: FlaskCliRunner, house: House, args: list[str]) -> None:
    assert cli.invoke(args=["audit", "show", *args]).exit_code != 0
