"""Accounts and sign-ins, without pages."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import PASSWORD, Worker, make_worker
from webapp.house import House
from webapp.services import staff as accounts
from webapp.services import staff_setup
from webapp.services.staff import AccountError, Entered, Refused
from webapp.store import Review, Staff, StaffVisit


def enter(house: House, worker: Worker, code: str, right: bool = True) -> Entered | Refused:
    with house.db.reading() as s:
        known = accounts.account(s, worker.username)
    with house.db.writing() as s:
        return accounts.sign_in(s, house.vault, house.clock(), worker.username, known, right, code)


def test_what_is_secret_is_hashed_or_sealed(house: House, iro: Worker) -> None:
    with house.db.reading() as s:
        staff = s.scalars(select(Staff)).one()
    assert staff.password_hash is not None
    assert staff.password_hash.startswith("$argon2id$")
    assert PASSWORD not in staff.password_hash
    assert staff.totp is not None
    assert iro.secret.encode() not in staff.totp
    key = house.vault.key(staff.key, f"staff:{staff.id}")
    assert key.open(staff.totp, f"staff.totp:{staff.id}") == iro.secret


@pytest.mark.parametrize(
    "change,code",
    [
        ({"name": "  "}, "no_name"), ({"username": "x"}, "bad_username"), ({"username": "two words"}, "bad_username"),
        ({"username": "NADIA"}, "taken"), ({"roles": "iro boss"}, "bad_role"), ({"roles": ""}, "bad_role"),
        ({"password": "elevenchars"}, "too_short"), ({"password": "x" * 201}, "too_long"),
        ({"username": "longenoughname", "password": "LongEnoughName"}, "is_username"),
        ({"username": "longenoughname", "password": "longenoughname2027!"}, "is_username"),
        ({"password": "123456789012"}, "is_username"), ({"external_id": "S-1"}, "external_id_taken"),
        ({"email": " "}, "no_email"), ({"roles": "unit iro", "email": ""}, "no_email"),
    ],
)  # fmt: skip
def test_an_account_that_breaks_a_rule_is_not_made(
    house: House, iro: Worker, change: dict[str, str], code: str
) -> None:
    given = {
        "username": "pat", "name": "Pat", "roles": "duty", "password": PASSWORD, "email": "pat@example.org", **change,
    }  # fmt: skip
    with pytest.raises(AccountError) as error, house.db.writing() as s:
        accounts.add_staff(s, house.vault, **given)
    assert error.value.code == code
    with house.db.reading() as s:
        assert len(accounts.everyone(s)) == 1


def test_capitals_in_a_username_make_no_difference(house: House, iro: Worker, clock: SettableClock) -> None:
    with house.db.reading() as s:
        assert accounts.account(s, "  Nadia ") == accounts.account(s, "nadia") is not None


def test_a_password_is_checked_and_an_account_that_is_not_there_costs_the_same(
    house: House, passwords_in_earnest: None, iro: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.db.reading() as s:
        known = accounts.account(s, "nadia")
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str, password: str) -> bool:
        verified.append(hash)
        return bool(verify(self, hash, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    assert accounts.password_is_right(known, PASSWORD)
    assert not accounts.password_is_right(known, PASSWORD + "x")
    assert not accounts.password_is_right(None, PASSWORD)
    assert not accounts.password_is_right(accounts.Account("x", None), PASSWORD)
    assert not accounts.password_is_right(known, "\ud800")
    assert len(verified) == 5
    assert {hash.split("$")[3] for hash in verified} == {"m=19456,t=2,p=1"}


def test_a_password_changed_meanwhile_does_not_let_in(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    with house.db.reading() as s:
        known = accounts.account(s, iro.username)
    with house.db.writing() as s:
        s.scalars(select(Staff)).one().password_hash = accounts.HASHER.hash("another long pass phrase")
    with house.db.writing() as s:
        found = accounts.sign_in(s, house.vault, clock(), iro.username, known, True, iro.code(clock))
    assert found == Refused(0)


@pytest.mark.parametrize(
    "late,good", [(-60, False), (-59, True), (0, True), (29, True), (30, True), (60, False)]
)
def test_a_code_is_good_for_its_step_and_one_before_and_after(
    house: House, iro: Worker, clock: SettableClock, late: int, good: bool
) -> None:
    code = pyotp.TOTP(iro.secret).at(clock() - dt.timedelta(seconds=late))
    assert isinstance(enter(house, iro, code), Entered) is good


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000 000000", "\0"])
def test_odd_codes_are_refused(house: House, iro: Worker, code: str) -> None:
    assert enter(house, iro, code) == Refused(0)


def test_a_code_typed_with_a_gap_is_the_same_code(house: House, iro: Worker, clock: SettableClock) -> None:
    code = iro.code(clock)
    assert isinstance(enter(house, iro, f" {code[:3]} {code[3:]} "), Entered)


def test_an_earlier_code_is_dead_once_a_later_one_was_used(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    totp = pyotp.TOTP(iro.secret)
    assert isinstance(enter(house, iro, totp.at(clock() + dt.timedelta(seconds=30))), Entered)
    assert enter(house, iro, totp.at(clock())) == Refused(0)


def test_right_tries_do_not_wipe_the_long_count_of_wrong_ones(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    for _ in range(10):
        assert isinstance(enter(house, iro, iro.code(clock)), Entered)
        for _ in range(3):
            enter(house, iro, "000000", right=False)
        clock.move(minutes=15)
    found = enter(house, iro, iro.code(clock))
    assert isinstance(found, Refused)
    assert found.wait > 3600, "thirty wrong tries in a day are enough, however they were spread"


def test_a_new_totp_secret_ends_the_old_one_and_every_sign_in(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    entered = enter(house, iro, iro.code(clock))
    assert isinstance(entered, Entered)
    with house.db.writing() as s:
        _, secret = accounts.new_totp(s, house.vault, clock(), iro.username)
    assert secret != iro.secret
    clock.move(seconds=90)
    with house.db.reading() as s:
        assert accounts.visiting(s, house.vault, clock(), entered.token) is None
    assert enter(house, iro, iro.code(clock)) == Refused(0)
    assert isinstance(enter(house, iro, pyotp.TOTP(secret).at(clock())), Entered)


def test_the_cookies_secret_is_kept_only_as_a_keyed_hash(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    entered = enter(house, iro, iro.code(clock))
    assert isinstance(entered, Entered)
    assert len(entered.token) >= 43, "256 bits"
    with house.db.reading() as s:
        assert s.scalars(select(StaffVisit.token_hash)).one() == house.vault.lookup(
            "staff_visit", entered.token
        )


def test_roles_are_read_anew_at_each_request(house: House, iro: Worker, clock: SettableClock) -> None:
    entered = enter(house, iro, iro.code(clock))
    assert isinstance(entered, Entered)
    with house.db.writing() as s:
        s.scalars(select(Staff)).one().roles = "duty"
    with house.db.reading() as s:
        found = accounts.visiting(s, house.vault, clock(), entered.token)
    assert found is not None
    assert (found.has("iro"), found.has("duty")) == (False, True)


def test_a_clock_put_back_after_running_fast_shuts_nobody_out(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    clock.move(minutes=10)
    entered = enter(house, iro, iro.code(clock))
    assert isinstance(entered, Entered)
    clock.move(minutes=-10)
    with house.db.reading() as s:
        assert accounts.visiting(s, house.vault, clock(), entered.token) is not None


def test_an_account_made_after_the_import_has_its_reviews(house: House, case: Case) -> None:
    worker = make_worker(house, "nadia", "iro", external_id="S-1")
    with house.db.reading() as s:
        assert s.scalars(select(Review.iro_id)).all() == [worker.id]


def test_the_command_makes_lists_and_closes_accounts(cli: FlaskCliRunner, house: House, case: Case) -> None:
    made = cli.invoke(
        args=[
            *("staff", "add", "Nadia", "--name", "Nadia Rahman", "--role", "iro", "--role", "unit"),
            *("--external-id", "S-1", "--password", PASSWORD, "--email", "nadia@example.org"),
        ]
    )
    assert made.exit_code == 0, made.output
    assert "otpauth://totp/" in made.output
    assert PASSWORD not in made.output
    with house.db.reading() as s:
        staff = s.scalars(select(Staff)).one()
        assert (staff.username, staff.roles) == ("nadia", "iro unit")
        assert s.scalars(select(Review.iro_id)).all() == [staff.id]
    assert "nadia\tNadia Rahman\tiro unit\tS-1\topen" in cli.invoke(args=["staff", "list"]).output
    fresh = cli.invoke(args=["staff", "new-totp", "nadia"])
    assert "otpauth://totp/" in fresh.output
    assert cli.invoke(args=["staff", "disable", "nadia"]).exit_code == 0
    assert "closed" in cli.invoke(args=["staff", "list"]).output


def test_the_command_makes_the_first_administrator_a_link(
    cli: FlaskCliRunner, house: House, clock: SettableClock
) -> None:
    made = cli.invoke(
        args=[
            "staff",
            "link",
            "ada",
            "--name",
            "Ada Lund",
            "--role",
            "administrator",
            "--email",
            "ada@x.example",
        ]
    )
    assert made.exit_code == 0, made.output
    token = made.output.split("/staff/set-up/")[1].strip()
    with house.db.reading() as s:
        found = staff_setup.setting_up(s, house.vault, clock(), token)
    assert found is not None
    assert (found.username, found.name) == ("ada", "Ada Lund")
    again = cli.invoke(args=["staff", "link", "ada"])
    assert again.exit_code == 0
    with house.db.reading() as s:
        assert staff_setup.setting_up(s, house.vault, clock(), token) is None, "the newer link ended it"
    assert "Give a name" in cli.invoke(args=["staff", "link", "bea"]).output


@pytest.mark.parametrize(
    "args,words",
    [
        (["disable", "nobody"], "no account with this username"),
        (["new-totp", "nobody"], "no account with this username"),
        (["add", "pat", "--name", "Pat", "--role", "unit", "--password", "short"], "at least 12 characters"),
        (["add", "pat", "--name", "Pat", "--role", "duty", "--password", PASSWORD], "Give an email address"),
    ],
)
def test_the_command_says_in_words_what_it_can_not_do(
    cli: FlaskCliRunner, house: House, args: list[str], words: str
) -> None:
    refused = cli.invoke(args=["staff", *args])
    assert refused.exit_code == 1
    assert words in refused.output
