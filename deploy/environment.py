"""What an entry says if its environment is not the project's: one line instead of a traceback.

Imported by the entries before anything that may be missing, so any Python 3 must be able to read it.
"""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import NoReturn

OLDEST, FIRST_TOO_NEW = (3, 11), (3, 14)
"""As `requires-python` in pyproject.toml; a test compares them."""

ENVIRONMENT_INCOMPLETE = "environment_incomplete"
EXIT_CODE = 2
ROOT = Path(__file__).resolve().parent.parent


def problem_with_environment(error: BaseException) -> "str | None":
    """Why an import failed and what to do, if that is the environment's fault; else None."""
    major, minor = sys.version_info[:2]
    if not OLDEST <= (major, minor) < FIRST_TOO_NEW:
        why = f"this is Python {major}.{minor}, and 3.11, 3.12 or 3.13 is needed"
    elif isinstance(error, ImportError) and _is_foreign(error.name):
        lacks = "lacks" if isinstance(error, ModuleNotFoundError) else "cannot load"
        package = str(error.name).partition(".")[0]
        why = f"this Python {lacks} the package {package}"
    else:
        return None
    dev = os.path.relpath(str(ROOT / "dev"))
    words = (dev if "/" in dev else f"./{dev}", "run", Path(sys.argv[0]).name, *sys.argv[1:])
    instead = " ".join(map(shlex.quote, words))
    return f"{why} ({sys.executable}). With an environment of its own: {instead}"


def stop_without_environment(error: BaseException) -> NoReturn:
    """End the process, saying what to do; raises any other error again."""
    problem = problem_with_environment(error)
    if problem is None:
        raise error
    if "--json" in sys.argv[1:]:
        failure = {"error": {"code": ENVIRONMENT_INCOMPLETE, "message": problem}}
        sys.stdout.write(json.dumps(failure, indent=2) + "\n")
    else:
        sys.stderr.write(f"error: {problem}\n")
    sys.exit(EXIT_CODE)


def version() -> str:
    """The version of this code."""
    import tomllib  # noqa: PLC0415 - an old Python has none

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _is_foreign(module: "str | None") -> bool:
    """Whether a module is not the project's own, whose import errors are bugs."""
    name = (module or "").partition(".")[0]
    return bool(name) and not any((ROOT / file).exists() for file in (name, f"{name}.py"))
