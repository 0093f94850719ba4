"""`docs/webhooks.md` says what the code does: its example verifies, its schedule is the relay's."""

import hashlib
import hmac
import json
import re
from base64 import b64decode, b64encode

from tests.webhooks_page import PAGE, SECRET, example, page


def test_the_page_says_what_the_code_does() -> None:
    text = PAGE.read_text()
    assert page(text) == text, "write it anew: python -m tests.webhooks_page"


def test_the_example_verifies_as_the_page_says() -> None:
    headers, body = example()
    assert json.loads(body)["id"] == headers["webhook-id"]
    assert verify_by_hand(SECRET, headers, body.encode())
    assert not verify_by_hand(SECRET, headers, body.replace("contoso", "fabrikam").encode())


def test_the_code_on_the_page_is_the_code_that_is_tested() -> None:
    """The receiver on the page runs, and takes the example of the page."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - our own page
    headers, body = example()
    is_genuine = names["is_genuine"]
    assert callable(is_genuine)
    now = int(headers["webhook-timestamp"])
    assert is_genuine(SECRET, headers, body.encode(), now=now)
    assert not is_genuine(SECRET, headers, body.encode() + b" ", now=now)
    assert not is_genuine(SECRET, headers, body.encode(), now=now + 301)


def verify_by_hand(secret: str, headers: dict[str, str], body: bytes) -> bool:
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], expected)
