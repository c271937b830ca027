"""Strings that have broken other people's software; every one of them is something a child could type or paste."""

from __future__ import annotations

LINES: tuple[str, ...] = (
    "I <3 my dog & O'Neil's cat",
    '<script>alert("x")</script>',
    "</textarea><img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- --><![CDATA[x]]>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;amp; &#39; &nbsp;",
    "{{7*7}} {{ config }} {% raw %}",
    "${7*7} #{7*7} <%= 7*7 %> %s %d %n %(name)s {child} {0}",
    "Robert'); DROP TABLE answer;--",
    "1' OR '1'='1 \" ` ; --",
    '{"a": 1, "a": [1e400, null]}',
    "NULL None undefined NaN true -1 1/0 0x0",
    "../../etc/passwd\\..\\CON",
    "=1+1 @SUM(A1) -2+3 +4",
    "\u202eright to left override\u202c \u2066isolate\u2069 \u200fmark",
    "zero\u200bwidth\u200cjoin\u200ders\ufeff inside",
    "ŵ ŷ Zażółć gęślą jaźń ﬁ ß İı",
    "e\u0301 is not é, Å is not Å",
    "मैं ठीक हूँ میں ٹھیک ہوں ខ្ញុំ 我很好",
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇬🇧 👍🏽 1️⃣ ☹️",
    "Z̷̛͎a̸̞͝l̶̰̈g̵͚̒o̸̠͊",
    "\U0001d4d0\U0001f600\U00020000\U0010fffd",
    "tab\tinside and \u00a0 no-break",
    "STOP HELP INFO END QUIT 0 # *",
    "http://example.org/?a=b&c=d#e",
    "a" * 75,
)
"""One line each; none begins or ends with a blank."""
BLOCK = "\n".join(LINES)
"""All of them, as somebody might paste them into one box."""
NAMES: tuple[str, ...] = tuple(
    line
    for line in LINES
    if len(line) <= 80 and "\t" not in line and "\u00a0" not in line and "  " not in line
)
"""Those that may be a name: a name has no tabs and no double blanks."""
BAD_BYTES: tuple[bytes, ...] = (
    b"%FF%FEhello",  # no UTF-8
    b"%C0%80 overlong",
    b"%ED%A0%80 half of a pair",
    b"%F4%90%80%80 beyond the last character",
    b"nul%00inside",
    b"%EF%BB%BFmarked",  # byte order mark
    b"%E2%80%AE",
    b"%",
    b"%zz",
    b"\xff\xfe raw",
)
"""Values of a form as they stand in a body, some of them no text at all."""
