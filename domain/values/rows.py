"""Rows of the database as the domain hands them over: what an event makes true, table by table."""

from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""Table name to rows, ready for JSON."""
