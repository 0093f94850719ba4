"""Files that are written: whole or not at all, for nobody else to read, and never by a stranger's link."""

import os
from pathlib import Path

import pytest

from api.errors import BadInput
from api.files.new_file import new_file


def write(file: Path, content: bytes = b"new") -> None:
    with new_file("pdf", str(file)) as stream:
        stream.write(content)


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_a_new_file_is_its_owners_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write(tmp_path / "f")
    finally:
        os.umask(before)
    assert (mode(tmp_path / "f"), (tmp_path / "f").read_bytes()) == (0o600, b"new")


def test_who_may_read_a_file_of_ours_stays(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("older")
    file.chmod(0o640)
    write(file)
    assert (mode(file), file.read_bytes()) == (0o640, b"new")


def test_what_is_not_whole_yet_has_a_name_that_nobody_knows_and_nobody_reads(
    tmp_path: Path,
) -> None:
    names: set[str] = set()
    for _ in range(2):
        with new_file("pdf", str(tmp_path / "f")) as stream:
            stream.write(b"half")
            stream.flush()
            [part] = [path for path in tmp_path.iterdir() if path.name != "f"]
            assert mode(part) == 0o600
            names.add(part.name)
    assert len(names) == 2
    assert not any(str(os.getpid()) in name and "pdf" in name for name in names)
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_link_at_the_name_that_was_used_before_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / f".{os.getpid()}-pdf.part").symlink_to(victim)
    write(tmp_path / "f")
    assert victim.read_text() == "precious"


def test_what_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("older")

    def fail() -> None:
        with new_file("pdf", str(file)) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("f", "older")]


def test_our_own_link_is_followed_and_a_loop_is_told(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "f").symlink_to("there/g")
    write(tmp_path / "f")
    assert (tmp_path / "there" / "g").read_bytes() == b"new"
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(BadInput):
        write(tmp_path / "loop")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make somebody else's link")
def test_somebody_elses_link_is_refused(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    link = tmp_path / "f"
    link.symlink_to(victim)
    os.lchown(link, 65534, 65534)
    with pytest.raises(BadInput, match="somebody else's link"):
        write(link)
    assert victim.read_text() == "precious"
