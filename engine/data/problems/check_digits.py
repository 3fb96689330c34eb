"""Numbers that prove themselves: identity numbers, cards and accounts with check digits."""

from __future__ import annotations

import ipaddress
import re
from datetime import date

_CHINESE = re.compile(r"[1-8]\d{5}(19|20)\d{9}[\dXx]")
_CHINESE_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHINESE_CHECKS = "10X98765432"
_SSN = re.compile(r"(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}")
_CARD = re.compile(r"(\d{4}[ -]?){3}\d{1,7}|3[47]\d\d[ -]?\d{6}[ -]?\d{5}")
_CARD_PREFIXES = re.compile(r"4|5[1-5]|2[2-7]|3[47]|6011|65|62|35")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def is_chinese_identity(text: str) -> bool:
    """An 18-digit number of a resident of China: region, day of birth, check digit."""
    if not _CHINESE.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(text[:17], _CHINESE_WEIGHTS, strict=True)
    )
    return _CHINESE_CHECKS[total % 11] == text[17].upper()


def is_social_security(text: str) -> bool:
    """A US social security number, with its hyphens."""
    return _SSN.fullmatch(text) is not None


def is_card(text: str) -> bool:
    """A number of a credit or debit card: a known issuer and a right Luhn digit."""
    if not _CARD.fullmatch(text):
        return False
    digits = re.sub(r"[ -]", "", text)
    if not 13 <= len(digits) <= 19 or not _CARD_PREFIXES.match(digits) or len(set(digits)) < 2:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_account(text: str) -> bool:
    """An international bank account number (IBAN)."""
    text = text.replace(" ", "")
    if not _IBAN.fullmatch(text):
        return False
    moved = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def is_network_address(text: str) -> bool:
    """An IP address of version 4 or 6."""
    if text.count(".") != 3 and text.count(":") < 2:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
