"""Python imports this first of all in the processes that tests start while `TEST_NOW` is set."""

try:
    from tests.clock import follow_in_this_process
except (
    ImportError
):  # an interpreter without the project's packages, such as the one that makes .venv
    pass
else:
    follow_in_this_process()
