"""A list of users as a file: what of it is told, and that nothing else than a file is read."""

import os
from pathlib import Path

import pytest

from api.errors import BadInput
from api.files.users_file import NamedUsers, UsersFile

SECRET = "hunter2"


def refusal_of(file: Path | str) -> str:
    with pytest.raises(BadInput) as refused:
        list(UsersFile(str(file)))
    assert refused.value.details["field"] == "users"
    return refused.value.message


@pytest.mark.parametrize("sign", ["", "@"])
def test_a_file_is_named_with_or_without_a_sign(tmp_path: Path, sign: str) -> None:
    file = tmp_path / "users.csv"
    file.write_text("user_id\nada\n")
    assert list(UsersFile(f"{sign}{file}")) == [(2, "ada")]


@pytest.mark.parametrize(
    "content",
    [
        f"root:{SECRET}:20228:0:99999:7:::\n",
        f"{SECRET}\n",
        f'"{SECRET}\n',
        f"{SECRET}" * 5_000,
        f"{SECRET}\n".encode("utf-16"),
        f"{SECRET}\xff".encode("latin-1"),
    ],
)
def test_of_a_file_that_is_no_list_nothing_is_told(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "any"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert SECRET not in refusal_of(file)


def test_a_line_that_cannot_be_read_is_told_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes(f'user_id\n{SECRET}!\n"{SECRET}\n'.encode() + SECRET.encode() + b"\xff\nada\n")
    users = UsersFile(str(file))
    assert list(users) == [(5, "ada")]
    assert [(each["line"], each["fault"]) for each in users.faults] == [
        (2, "unreadable"),
        (3, "unreadable"),
        (4, "unreadable"),
    ]
    assert SECRET not in str(users.faults)


def test_a_user_in_the_command_is_told_by_the_place(tmp_path: Path) -> None:
    users = NamedUsers(["ada", "no id!", "x" * 121, ""])
    assert list(users) == [(1, "ada")]
    assert [each["line"] for each in users.faults] == [2, 3, 4]


def test_neither_a_pipe_nor_a_device_is_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for file in (pipe, "/dev/zero", f"@{pipe}"):
        assert "is a device or a pipe" in refusal_of(file)
    assert "is a folder" in refusal_of(tmp_path)
    assert "no such file" in refusal_of(tmp_path / "absent")
    assert "no such file" in refusal_of("@")
