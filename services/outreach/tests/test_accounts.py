"""The mail accounts are read at start, and what is wrong with them is said without their secrets."""

import json
from pathlib import Path
from typing import Any

import pytest

from rapport.outreach.channels.email.accounts import read_accounts

GOOD: dict[str, Any] = {
    "org_id": "acme",
    "domains": ["example.com"],
    "smtp": {"host": "mail.example.com", "port": 465, "security": "tls"},
    "imap": {"host": "mail.example.com", "port": 143, "security": "starttls"},
    "password": "hunter2",
    "notifications_from": "Rapport <rapport@example.com>",
}


def written(folder: Path, *accounts: dict[str, Any]) -> Path:
    file = folder / "accounts.json"
    file.write_text(json.dumps(accounts))
    return file


def test_users_whose_address_is_in_a_domain_have_a_mailbox(tmp_path: Path) -> None:
    account = read_accounts(written(tmp_path, GOOD))["acme"]
    assert account.has_mailbox("Ruth@EXAMPLE.com")
    assert not account.has_mailbox("ruth@mail.example.com")
    assert account.notifications_sender == ("Rapport", "rapport@example.com")
    assert "hunter2" not in repr(account)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"colour": "red"}, "0.colour"),
        ({"domains": []}, "0.domains"),
        ({"org_id": "Not Short"}, "0.org_id"),
        ({"notifications_from": "nobody"}, "0.notifications_from"),
        ({"smtp": {"host": "h", "port": 0, "security": "tls"}}, "0.smtp.port"),
        ({"imap": {"host": "h", "port": 1, "security": "ssl"}}, "0.imap.security"),
    ],
)
def test_what_is_wrong_is_said_and_where(tmp_path: Path, wrong: dict[str, Any], where: str) -> None:
    with pytest.raises(SystemExit, match=where) as problem:
        read_accounts(written(tmp_path, GOOD | wrong))
    assert "hunter2" not in str(problem.value)


def test_an_organisation_has_one_account(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="more than one of acme"):
        read_accounts(written(tmp_path, GOOD, GOOD))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nowhere"):
        read_accounts(tmp_path / "nowhere.json")
