"""Text as people pasted it, made fit for a document, a calendar or a mail header. Pure."""

import unicodedata

# Control signs, halves of a pair and code points that are no signs; a font or parser may choke.
UNFIT = ("Cc", "Cs", "Cn")


def plain(text: str) -> str:
    """`text` with newline as the only control sign: every other line break becomes one."""
    text = "\n".join(text.splitlines()).replace("\t", " ")
    if text.isprintable():
        return text
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in UNFIT)
