"""Sets a document in a process of its own, where its text is other than plain.

Typst panics at some rare texts. It can be caught, but a panic also writes a backtrace to the process's
stderr, where it has no place; and whatever else may become of such a process, there is a document.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from api.documents.glyphs import by_ascii, set_whatever
from api.documents.typesetting import set_pdf

LONGEST_SECONDS = 60
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); from api.documents import apart; apart.main()"
)
_PLAIN = re.compile(
    "["
    "\\x00-\\x7f\\xa0-\\xac\\xae-\\u02ff"  # Latin
    "\\u0370-\\u0482\\u048a-\\u052f\\u1e00-\\u1fff"  # Greek and Cyrillic
    "\\u2010-\\u2027\\u2030-\\u205e\\u20a0-\\u20cf\\u2100-\\u2bff"  # punctuation, signs of money, symbols
    "\\u3000-\\u3029\\u3030-\\u3098\\u309b-\\u9fff\\uac00-\\ud7a3\\uff00-\\uffef"  # Chinese, Japanese, Korean
    "]*"
)
"""Letters that stand beside each other: nothing that is put on, into or across the one before."""


def set_anything(source: bytes, inputs: Mapping[str, str], name: str, at: datetime) -> bytes:
    """The PDF of a document whose data is the input `name`: see `glyphs.set_whatever`."""
    if _PLAIN.fullmatch(inputs[name]):
        return set_whatever(source, inputs, name, at)
    asked = {"source": source.decode(), "inputs": dict(inputs), "name": name, "at": at.isoformat()}
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(_ROOT)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=True,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.SubprocessError:
        fonts = json.loads(inputs["fonts"])
        return set_pdf(source, {**inputs, name: by_ascii(inputs[name], fonts)}, at)
    return done.stdout


def main() -> None:
    """The child: a document is asked for on stdin, and written to stdout."""
    asked = json.load(sys.stdin.buffer)
    at = datetime.fromisoformat(asked["at"])
    pdf = set_whatever(asked["source"].encode(), asked["inputs"], asked["name"], at)
    sys.stdout.buffer.write(pdf)
