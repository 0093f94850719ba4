"""Reading the formulas that lines are explained by, so that anybody's amount can be recomputed (B27).

A formula is names, whole numbers, `+ - × ÷`, brackets, `min(…)` and `max(…)`:

    -min(licenses × unit_price × unused_days ÷ cycle_days, owed)

It is evaluated exactly; rounding is the caller's, once.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

_TOKEN = re.compile(r"\s*([a-z_]+|[0-9]+|[-+×÷(),])")
_FUNCTIONS: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {"min": min, "max": max}


class NotAFormula(ValueError):
    """It cannot be read, or a name in it has no value."""


def evaluate(formula: str, values: Mapping[str, Fraction]) -> Fraction:
    """What `formula` comes to where its names have these values.

    Raises `NotAFormula`, also for a division by nothing.
    """
    reader = _Reader(_tokens(formula), values)
    result = reader.sum()
    if reader.next is not None:
        raise NotAFormula(f"{formula!r} goes on with {reader.next!r}")
    return result


def names_in(formula: str) -> tuple[str, ...]:
    """The names in a formula, each once, in the order they stand in it."""
    names = (token for token in _tokens(formula) if token[0].isalpha() or token[0] == "_")
    return tuple(dict.fromkeys(name for name in names if name not in _FUNCTIONS))


def with_values(formula: str, values: Mapping[str, str]) -> str:
    """The formula with values in the place of names: `100 × 12.50`."""
    return re.sub(r"[a-z_]+", lambda name: values.get(name[0], name[0]), formula)


def _tokens(formula: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while formula[position:].strip():
        found = _TOKEN.match(formula, position)
        if found is None:
            raise NotAFormula(f"{formula!r} cannot be read from {formula[position:]!r} on")
        tokens.append(found[1])
        position = found.end()
    return tokens


class _Reader:
    """Evaluates tokens from left to right, one method for each level of precedence."""

    def __init__(self, tokens: Sequence[str], values: Mapping[str, Fraction]) -> None:
        self._tokens = tokens
        self._values = values
        self._position = 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def sum(self) -> Fraction:
        result = self._product()
        while self.next in ("+", "-"):
            sign = 1 if self._take() == "+" else -1
            result += sign * self._product()
        return result

    def _product(self) -> Fraction:
        result = self._signed()
        while self.next in ("×", "÷"):
            if self._take() == "×":
                result *= self._signed()
                continue
            divisor = self._signed()
            if not divisor:
                raise NotAFormula("it divides by nothing")
            result /= divisor
        return result

    def _signed(self) -> Fraction:
        if self.next != "-":
            return self._value()
        self._take()
        return -self._signed()

    def _value(self) -> Fraction:
        part = self._take()
        if part in _FUNCTIONS:
            self._expect("(")
            return _FUNCTIONS[part](self._arguments())
        if part == "(":
            result = self.sum()
            self._expect(")")
            return result
        if part.isdecimal():
            return Fraction(part)
        if part not in self._values:
            raise NotAFormula(f"{part!r} has no value")
        return self._values[part]

    def _arguments(self) -> list[Fraction]:
        found = [self.sum()]
        while self.next == ",":
            self._take()
            found.append(self.sum())
        self._expect(")")
        return found

    def _take(self) -> str:
        part = self.next
        if part is None:
            raise NotAFormula("it ends too early")
        self._position += 1
        return part

    def _expect(self, wanted: str) -> None:
        part = self._take()
        if part != wanted:
            raise NotAFormula(f"{part!r} stands where {wanted!r} should")
