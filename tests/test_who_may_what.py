"""`docs/who-may-what.md` says what the methods of the service say of themselves."""

from tests.who_may_what_page import PAGE, methods, page


def test_the_page_says_who_may_call_what() -> None:
    text = PAGE.read_text()
    assert page(text) == text, "write it again: python -m tests.who_may_what_page"
    assert all(each.permission is not None for each in methods())
