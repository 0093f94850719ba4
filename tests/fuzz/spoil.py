"""Spoiling what was right: documents, texts and single values, in any way that JSON or a shell takes."""

import json
from random import Random
from typing import Any, cast

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 3 * 10**9, 10**400, 0.1, -0.0, 1e308, 1e-300,
    "", " ", "0", "-1", "1e999999999", "١٢", "6.00", "6.000", "6,00", "NaN", "Infinity", "0x10",
    "2026-02-30", "2026-2-1", "9999-12-31", "10000-01-01", "0001-01-01", "today", "1:30:00",
    "\x00", "a\x00b", "a\nb", "\x1b[31mred", "\u202egnp.exe", "\u200b", "\ud800", "😀" * 50,
    "1\ufe0f\u20e3", "é" * 3, "x" * 5_000, "=1+1", "＝1", "'; drop table events; --",
    "../../etc/passwd", "@/etc/passwd", "@/dev/zero", "-", "--json", "%s%n", "${HOME}", "{{7*7}}",
    "<script>", "[link](http://x)", "`x`", "plan-upgrade-", "up-" + "a" * 20, "null", "{}", "[]",
    [], {}, [[]], {"": ""}, [None], {"a": {"b": {}}}, list(range(50)), {"currency": "USD"},
)  # fmt: skip
"""What stands in the place of a value."""


def spoiled(document: Any, random: Random) -> Any:
    """A copy of `document` that is wrong in one to three places."""
    copy = json.loads(json.dumps(document))
    for _ in range(random.randint(1, 3)):
        copy = _spoiled_once(copy, random)
    return copy


def _spoiled_once(document: Any, random: Random) -> Any:
    if not isinstance(document, dict | list) or not document or random.random() < 0.1:
        return random.choice(VALUES)
    if isinstance(document, list):
        return _spoiled_list(cast("list[Any]", document), random)
    return _spoiled_object(cast("dict[str, Any]", document), random)


def _spoiled_list(document: list[Any], random: Random) -> list[Any]:
    place = random.randrange(len(document))
    match random.randrange(5):
        case 0:
            del document[place]
        case 1:
            document.append(document[place])
        case _:
            document[place] = _spoiled_once(document[place], random)
    return document


def _spoiled_object(document: dict[str, Any], random: Random) -> dict[str, Any]:
    place = random.choice(list(document))
    match random.randrange(6):
        case 0:
            del document[place]
        case 1:
            document[_other_name(place, random)] = document.pop(place)
        case 2:
            document[random.choice(("", "extra", "__class__", "ID", "\x00"))] = random.choice(
                VALUES
            )
        case _:
            document[place] = _spoiled_once(document[place], random)
    return document


def _other_name(name: str, random: Random) -> str:
    words = name.split("_")
    camel = words[0] + "".join(word.title() for word in words[1:])
    return random.choice((camel, name.upper(), name + " ", name[:-1], "-" + name))


def spoiled_text(text: str, random: Random) -> str:
    """`text` with something cut out, put in, doubled or moved."""
    for _ in range(random.randint(1, 3)):
        at, to = sorted(random.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + 40)
        put = random.choice(
            ("", '"', "{", "}", "[", ":", ",", "\n", "\t", "  ", "&a", "*a", "<<: ", "!!python/x ",
             "- ", "\x00", "\ud800", "\ufeff", "'", "#", "|", ">", "?", "1:30:00", text[at:to] * 2)
        )  # fmt: skip
        text = text[:at] + put + text[to:]
    return text


def as_bytes(text: str, random: Random) -> bytes:
    """The text as a file holds it; now and then in another encoding, or cut in the middle."""
    data = text.encode("utf-8", "surrogatepass")
    match random.randrange(12):
        case 0:
            return data[: random.randrange(len(data) + 1)]
        case 1:
            return text.encode("utf-16", "surrogatepass")
        case 2:
            return data + bytes(random.randrange(256) for _ in range(20))
        case _:
            return data


def argument(random: Random) -> str:
    """One argument of a command line: no NUL, which no shell can give."""
    value = random.choice(VALUES)
    text = value if isinstance(value, str) else json.dumps(value)
    return text.replace("\x00", "")
