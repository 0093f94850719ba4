"""Secrets for commands come from a file or from stdin, and no error repeats one."""

import io
from pathlib import Path

import pytest

from api.errors import BadInput
from api.files.given_secret import MOST_BYTES, secret_from
from starter import main

SECRET = "whsec_" + "c2VjcmV0" * 4


def test_from_a_file_or_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    assert secret_from("secret", f"@{file}") == SECRET
    monkeypatch.setattr("sys.stdin", io.StringIO(f" {SECRET}\n"))
    assert secret_from("secret", "-") == SECRET


@pytest.mark.parametrize("source", [SECRET, "", "file", "--", " @file"])
def test_never_as_an_argument(source: str) -> None:
    with pytest.raises(BadInput, match="is never written as an argument") as refused:
        secret_from("secret", source)
    assert SECRET not in refused.value.message


def test_what_cannot_be_a_secret_is_told_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "large"
    large.write_text(SECRET * 1000)
    for source, said in (
        (f"@{large}", "too large"),
        (f"@{tmp_path}", "is a folder"),
        ("@", "no such"),
    ):
        with pytest.raises(BadInput, match=said) as refused:
            secret_from("secret", source)
        assert "whsec_" not in refused.value.message
    monkeypatch.setattr("sys.stdin", io.StringIO("x" * (MOST_BYTES + 1)))
    with pytest.raises(BadInput, match="too large"):
        secret_from("secret", "-")


def test_the_command_says_how_without_the_secret_and_before_it_asks_anybody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    code = main(
        ["webhooks", "set", "contoso", "https://hooks.example", "--secret", SECRET, "--json"]
    )
    said = capsys.readouterr()
    assert code == 2
    assert "@FILE" in said.out
    assert SECRET not in said.out + said.err
