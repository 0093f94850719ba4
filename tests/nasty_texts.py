"""Texts that somebody might write to make trouble, the same ones for every entrance and every reader."""

import re

CONTROLS = {
    "an escape sequence": "\x1b[2J\x1b]0;owned\x07",
    "C1 controls": "\x9b2J\x9d0;owned\x9c",
    "a backspace": "safe\x08\x08\x08\x08evil",
    "NUL": "a\0b",
    "DEL": "a\x7fb",
    "a tab": "a\tb",
    "a right-to-left override": "invoice \u202efdp.exe",
    "an isolate": "\u2066a\u2069",
    "a right-to-left mark": "a\u200fb",
    "an Arabic letter mark": "a\u061cb",
    "a zero-width space": "pay\u200bpal",
    "a byte order mark": "\ufeffa",
    "letters of no width": "a\U000e0041\U000e0042\U000e007f",
    "half a character": "a\ud83db",
    "the other half": "a\udc00",
    "no character": "a\uffffb\U0001fffe",
}
"""Each has characters that cannot be seen: refused on the way in."""

LINE_BREAKS = {
    f"a line break {ord(each[0]):04X}": f"fine{each}ERROR: everything is lost"
    for each in ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029")
}
"""Refused as well: each would begin a line of its own somewhere."""

MARKUP = {
    "a link": "[click here](https://evil.example)",
    "an address": "see https://evil.example or www.evil.example or a@evil.example",
    "an image": "![x](https://evil.example/x.png)",
    "HTML": "<img src=x onerror=alert(1)><script>alert(1)</script><!--",
    "backticks": "` [click](https://evil.example) `` ``` `",
    "a backtick at its end": "a`",
    "emphasis": "**bold** __bold__ ~~gone~~ # title - item 1. item > quote | cell |",
    "an entity": "&lt;b&gt; &#x3c;",
    "an escape": "\\` \\[a\\](b)",
    "rich's markup": "[red]a[/red] [link=https://evil.example]b[/link]",
    "a template": "{0} {upgrade_id} %s ${HOME} $(id)",
    "quotes": '"\'"; drop table events; --',
    "XML": "]]> <!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]> &y;",
    "a formula": '=HYPERLINK("https://evil.example")',
    "a formula with spaces": "   =1+1",
    "a plus": "+1+1",
    "a minus": "-1+1",
    "an at": "@SUM(1)",
    "a full-width equals": "＝1+1",
    "a full-width plus": "＋1",
    "a full-width minus": "－1",
    "a full-width at": "＠SUM(1)",
    "a formula after a semicolon": "fine;=1+1",
}
"""Somebody may well write these: taken in as they are, and shown as they are."""

HONEST = {
    "letters of many scripts": "Zoë 發票 株式会社 서울 Ελλάδα Київ भारत ไทย",
    "emoji with joiners": "👩\u200d👩\u200d👧 👍🏽 1️⃣ ❤️",
    "Persian with a joiner": "می\u200cخواهم",
    "Hebrew and Arabic": "שלום مرحبا",
    "a no-break space": "10\u00a0000,00\u00a0€",
}
"""Must pass everywhere."""

REFUSED = {**CONTROLS, **LINE_BREAKS}
TAKEN = {**MARKUP, **HONEST}
ALL = {**REFUSED, **TAKEN}
READABLE = {name: text for name, text in ALL.items() if not re.search("[\ud800-\udfff]", text)}
"""Those that a value of the domain can hold, as old data may."""
