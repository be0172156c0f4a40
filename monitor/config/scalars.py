"""Unquoted texts: what all YAML readers agree on is read, what they disagree on is refused with what to write instead."""

from __future__ import annotations

import re

PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
ODD_NUMBER = re.compile(
    r"[-+]?(0[bB][01_]+|0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?|\.(inf|Inf|INF)|\.(nan|NaN|NAN))"
)
DATE = re.compile(r"\d{4}-\d\d?-\d\d?")


def plain(text: str, dates: bool) -> tuple[str | int | float | bool | None, str]:
    """The value of an unquoted text, and why it is refused (empty when it is not).

    `dates`: whether 2026-05-04 may stand there (it stays text).
    """
    value: str | int | float | bool | None = text
    if text in {"", "~", "null", "Null", "NULL"}:
        value = None
    elif text.lower() in {"true", "false"}:
        value = text.lower() == "true"
    elif PLAIN_NUMBER.fullmatch(text):
        value = float(text) if "." in text else int(text)
    elif text[0] in "0123456789+-.yYnNoO":
        return text, surprise(text, dates)
    return value, ""


def surprise(text: str, dates: bool) -> str:
    """What some YAML reader would make of an unquoted text, and what to write instead; empty when all agree that it is text."""
    reading, instead = _reading(text, dates)
    return f'{text} without quotes is read as {reading} by some YAML readers: write {instead}"{text}" in quotes' if reading else ""


def _reading(text: str, dates: bool) -> tuple[str, str]:
    """As what, and what else than the quoted text may be meant."""
    if text.lower() in {"yes", "no", "on", "off"}:
        truth = str(text.lower() in {"yes", "on"}).lower()
        reading = truth, f"{truth}, or for the word "
    elif re.fullmatch(r"[-+]?0[oO]?[0-7_]+", text):
        reading = f"the octal number {int(re.sub('[-+_oO]', '', text), 8)}", f"{text.lstrip('+-0oO') or '0'}, or for the text "
    elif re.fullmatch(r"[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", text):
        number = 0
        for part in re.sub(r"[-+_]|\..*", "", text).split(":"):
            number = (number * 60 + int(part)) % 10**12
        reading = f"the number {number} (base 60)", ""
    elif DATE.fullmatch(text):
        reading = ("", "") if dates else ("a date", "")
    elif re.match(r"\d{4}-\d\d?-\d\d?([Tt]|[ \t]+)\d", text):
        reading = "a moment", ""
    elif ODD_NUMBER.fullmatch(text):
        reading = "a number", "plain digits, or for the text "
    else:
        reading = "", ""
    return reading
