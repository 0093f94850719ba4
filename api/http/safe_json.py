"""The one way in which the HTTP API writes JSON."""

from typing import Any

from fastapi.responses import JSONResponse

from domain.text.escaping import json_text


class SafeJson(JSONResponse):
    """JSON that is safe to look at, and that any text can be put into (`domain.text.escaping`)."""

    def render(self, content: Any) -> bytes:
        """The body."""
        return json_text(content, allow_nan=False, separators=(",", ":")).encode()
