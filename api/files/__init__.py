"""Files that callers name or are given: read with bounds, written whole or not at all."""
