"""Text that has broken other people's programs: what a person may really type, and what nobody should."""

from __future__ import annotations

NAUGHTY: tuple[str, ...] = (
    "I <3 my dog & Mum's cat",
    "undefined", "null", "None", "NaN", "true", "-1", "1e400", "0x0", "1/0",
    "O'Brien", 'say "hi"', "back\\slash", "`ls`", "$(reboot)", "; DROP TABLE answers; --", "' OR '1'='1",
    "{{7*7}}", "{% if x %}", "%s %d %(x)s", "${jndi:ldap://x}", "#{1}", "{child}", "{0.__class__}", "{", "}",
    "<script>alert(1)</script>", "</textarea><b>x</b>", "<svg onload=alert(1)>", "&lt;b&gt;", "]]>", "<!-- -->",
    "</Message><Redirect>http://x</Redirect>",
    "=1+1", "+44", "-2", "@SUM(A1)", "\ttab first", "a\n=1+1",
    "../../etc/passwd", "CON", "a" * 300,
    "BEGIN:VALARM\nEND:VALARM", "a,b;c:d",
    "שלום עולם", "مرحبا", "ﷺ", "ትግርኛ", "پښتو", "Tiếng Việt", "Ŵyn a thŷ", "日本語", "𝔘𝔫𝔦", "Ω≈ç√∫",
    "\u202eeman", "\u2066a\u2069", "a\u200bb", "\ufeffstart", "аdmin", "e\u0301", "é", "Z\u0351\u036b\u0343a\u034algo",
    "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇬🇧🇦🇫", "👍🏽", "1️⃣", "☺️",
    "\U0010ffff", "\uffff", "\u2028line", "\x1b[31mred", "\x7f",
)  # fmt: skip
