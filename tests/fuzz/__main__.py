"""`python -m tests.fuzz [--inputs N] [--seed N]`: prints what came of each entrance's inputs."""

import argparse
import tempfile
from pathlib import Path

from deploy.local_stack.postgres import PostgresServer
from tests.api.cli_support import running_stack
from tests.fuzz.run import fuzz, table


def main() -> None:
    """Fuzz a stack of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            PostgresServer(folder / "postgres", durable=False) as postgres,
            running_stack(postgres, folder, "fuzz") as cli,
        ):
            print(f"seed {asked.seed}", flush=True)
            print(table(fuzz(cli, asked.inputs, asked.seed)))


if __name__ == "__main__":
    main()
