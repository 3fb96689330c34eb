"""The languages that texts for people come in: gettext catalogues, read without Qt."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from typing import Literal, TypeAlias

from engine.messages import Translate
from engine.paths import resource

Language: TypeAlias = Literal["en", "zh_CN"]
LANGUAGES: dict[Language, str] = {"en": "English", "zh_CN": "简体中文"}


def catalogue(language: Language) -> gettext.NullTranslations:
    """The translations into a language; those of English are the texts themselves."""
    compiled = resource("translations", f"{language}.mo")
    if not compiled.exists():
        return gettext.NullTranslations()
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)


def translator(language: Language) -> Translate:
    """What turns templates into those of a language; for `Message.render`."""
    known = catalogue(language)

    def translate(template: str, plural: str = "", count: int = 1) -> str:
        if not template:
            return ""
        return known.ngettext(template, plural, count) if plural else known.gettext(template)

    return translate


def listed(items: Iterable[str], language: Language) -> str:
    """Items one after another, as the language divides them."""
    return ("、" if language == "zh_CN" else ", ").join(items)


def sentences(texts: Iterable[str], language: Language) -> str:
    """Whole sentences one after another; Chinese puts no space between them."""
    return ("" if language == "zh_CN" else " ").join(texts)
