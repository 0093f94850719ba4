"""The time of any input is linear in its size, and small inputs take little memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from api import inputs
from api.errors import BadInput
from api.files.json_document import read_json
from api.files.users_file import UsersFile
from api.files.yaml_document import read_yaml
from api.service.checkout import address_of
from domain.text.faults import WorldFaults
from tests.world_parsing import parse_world

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 6, 30)

YAML: dict[str, Callable[[int], str]] = {
    "values": lambda n: "plans: [" + "1, " * n + "]",
    "lists": lambda n: "plans: [" + "[], " * n + "]",
    "keys": lambda n: "{" + ", ".join(f"k{key}: 1" for key in range(n)) + "}",
    "one key again and again": lambda n: "a: 1\n" * n,
    "anchors": lambda n: "".join(f"- &a{each} x\n" for each in range(n)),
    "aliases": lambda n: "a: &a [1, 2]\nb: [" + "*a, " * n + "]",
    "merges": lambda n: "a: &a {b: 1}\nb: [" + "{<<: *a}, " * n + "]",
    "a merge of many": lambda n: "a: &a {b: 1}\nb: {<<: [" + "*a, " * n + "]}",
    "nested": lambda n: "[" * n,
    "dashes": lambda n: "- " * n,
    "digits": lambda n: "a: " + "9" * n,
    "hexadecimal digits": lambda n: "a: 0x" + "f" * n,
    "base 60": lambda n: "a: " + "1:" * n + "1",
    "base 60 with a fraction": lambda n: "a: " + "1:" * n + "1.5",
    "tag directives": lambda n: "".join(f"%TAG !a{each}! x\n" for each in range(n)) + "--- 1",
    "comments": lambda n: "# comment\n" * n,
    "a long text": lambda n: 'a: "' + "\\n" * n + '"',
    "colons": lambda n: "a:" * n,
    "quotes": lambda n: "a: '" + "''" * n,
    "documents": lambda n: "---\n" * n,
    "question marks": lambda n: "? " * n,
}
JSON: dict[str, Callable[[int], str]] = {
    "values": lambda n: '{"plans": [' + "1, " * n + "1]}",
    "keys": lambda n: "{" + ", ".join(f'"k{key}": 1' for key in range(n)) + "}",
    "one key again and again": lambda n: "{" + ", ".join(['"id": 1'] * n) + "}",
    "each key twice": lambda n: "{" + ", ".join(f'"k{key // 2}": 1' for key in range(n)) + "}",
    "nested": lambda n: "[" * n,
    "digits": lambda n: "9" * n,
    "digits after the point": lambda n: "0." + "9" * n,
    "escapes": lambda n: '"' + "\\ud83d\\ude00" * n + '"',
    "backslashes": lambda n: '{"a": 1, "a": "' + "\\\\" * n + '"}',
}


def seconds(read: Callable[[str], object], text: str) -> float:
    """The least of three: what this process spends, whatever else the machine does."""
    spent: list[float] = []
    for _ in range(3):
        begins = time.process_time()
        with suppress(WorldFaults, BadInput):
            read(text)
        spent.append(time.process_time() - begins)
    return min(spent)


def grows_like_its_size(read: Callable[[str], object], made: Callable[[int], str], n: int) -> None:
    """Eight times as long takes about eight times the time: 64 times if it were quadratic."""
    small, large = seconds(read, made(n)), seconds(read, made(8 * n))
    assert large < 24 * small + 0.05, (small, large)


@pytest.mark.parametrize("kind", YAML)
def test_yaml_is_read_in_linear_time(kind: str) -> None:
    grows_like_its_size(read_yaml, YAML[kind], 2_000)


@pytest.mark.parametrize("kind", JSON)
def test_json_is_read_in_linear_time(kind: str) -> None:
    grows_like_its_size(lambda text: read_json(text, ()), JSON[kind], 2_000)


WORLDS: dict[str, Callable[[int], object]] = {
    "no plans": lambda n: {"plans": [1] * n},
    "plans that are not there": lambda n: {
        "plans": [{"id": f"p{each}"} for each in range(n)],
        "tenants": [{"subscriptions": [{"id": "s", "plan": f"q{each}"} for each in range(n)]}],
    },
    "unknown keys": lambda n: {"plans": [{f"k{each}": 1} for each in range(n)]},
    "one id again and again": lambda n: {"services": [{"id": "a", "name": "A"}] * n},
    "unknown sections": lambda n: {"plans": [], **{f"k{each}": 1 for each in range(n)}},
}


@pytest.mark.parametrize("kind", WORLDS)
def test_a_world_is_judged_in_linear_time(kind: str) -> None:
    def judged(text: str) -> object:
        return parse_world(json.loads(text), today=TODAY)

    grows_like_its_size(judged, lambda n: json.dumps(WORLDS[kind](n)), 1_000)


@pytest.mark.parametrize("line", ["ada\n", '"', '""', ",", "\n", "\x00", '"a""'])
def test_a_list_of_users_is_read_in_linear_time(tmp_path: Path, line: str) -> None:
    file = tmp_path / "users.csv"

    def read(text: str) -> object:
        file.write_text(text)
        return list(UsersFile(str(file)))

    grows_like_its_size(read, lambda n: "user_id\n" + line * n, 1_000)


CHECKS: list[Callable[[str, str], object]] = [
    inputs.amount_of,
    inputs.day_of,
    inputs.duration_of,
    inputs.id_of,
    inputs.licenses_of,
    inputs.words_of,
    inputs.key_of,
    address_of,
]


@pytest.mark.parametrize("sign", ["9", "1:", " ", ".", "-", "\u0301", "a@"])
@pytest.mark.parametrize("check", CHECKS)
def test_what_is_typed_is_checked_in_linear_time(
    check: Callable[[str, str], object], sign: str
) -> None:
    grows_like_its_size(lambda text: check("field", text), lambda n: sign * n, 4_000)


def test_a_duration_of_many_digits_has_no_end() -> None:
    with pytest.raises(BadInput, match="out of range"):
        inputs.duration_of("duration", "9" * 9_000 + "d")
    assert inputs.duration_of("duration", "2d1s") == timedelta(days=2, seconds=1)


MEMORY = """
import sys
from datetime import date
from api.files.world_file import read_world_file
from tests.world_parsing import parse_world
from domain.text.faults import WorldFaults
for file in sys.argv[1:]:
    try:
        parse_world(read_world_file(file), today=date(2026, 6, 30))
    except WorldFaults:
        pass
# Not `ru_maxrss`: that also counts what the process was before it became this program.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def test_a_small_file_takes_little_memory(tmp_path: Path) -> None:
    """300 MiB at most, of which the interpreter and what it imports are a good part."""
    laughs = ["plans: &a0 [" + "{id: a}, " * 10 + "]"]
    laughs += [f"k{n + 1}: &a{n + 1} [" + f"*a{n}, " * 9 + "]" for n in range(9)]
    merges = "plans:\n- &a {" + ", ".join(f"k{n}: 1" for n in range(1_500)) + "}\n"
    texts = {
        "laughs.yaml": "\n".join(laughs),
        "merges.yaml": merges + "- {<<: *a}\n" * 1_500,
        "values.yaml": "plans: [" + "1," * 100_000 + "]",
        "lists.yaml": "plans: [" + "[]," * 100_000 + "]",
        "keys.json": "{" + ", ".join(['"id": 1'] * 20_000) + "}",
        "users.json": json.dumps(
            {"tenants": [{"subscriptions": [{"users": [{"id": "a"}] * 50_000}]}]}
        ),
    }
    files = [tmp_path / name for name in texts]
    for file in files:
        file.write_text(texts[file.name])
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=300,
    )
    assert int(done.stdout) < 300
