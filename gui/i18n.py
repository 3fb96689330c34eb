"""The reader's language: gettext catalogues for our texts, Qt's own for Qt's.

`tr` and `trn` translate texts of the window, `render` those that the engine made. The templates are
found by `python -m tests.translations update`; facts are formatted alike in every language.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from engine import languages
from engine.errors import TrainyardError
from engine.languages import LANGUAGES, Language
from engine.messages import Fact, Message, format_fact

__all__ = [
    "LANGUAGES",
    "Language",
    "language",
    "listed",
    "render",
    "sentences",
    "set_language",
    "system_language",
    "tr",
    "translate",
    "trn",
]


@dataclass
class _InForce:
    language: Language = "en"
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    qt: QTranslator | None = None


_in_force = _InForce()


def set_language(language: Language) -> None:
    """Use `language` for every text made from now on; widgets that exist keep theirs."""
    _in_force.language = language
    _in_force.catalogue = languages.catalogue(language)
    QLocale.setDefault(QLocale(language if language != "en" else "en_US"))
    app = QCoreApplication.instance()
    if app is None:
        return
    if _in_force.qt is not None:
        app.removeTranslator(_in_force.qt)
        _in_force.qt = None
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translator = QTranslator(app)
    if language != "en" and translator.load(f"qtbase_{language}", folder):
        app.installTranslator(translator)
        _in_force.qt = translator


def language() -> Language:
    """The language in force."""
    return _in_force.language


def system_language() -> Language:
    """The supported language closest to the system's."""
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def translate(template: str, plural: str = "", count: int = 1) -> str:
    """The template in the reader's language (an `engine.messages.Translate`)."""
    if not template:
        return ""
    if plural:
        return _in_force.catalogue.ngettext(template, plural, count)
    return _in_force.catalogue.gettext(template)


def tr(text: str, **facts: Fact) -> str:
    """`text` in the reader's language with its `{facts}` filled in."""
    return _fill(translate(text), facts)


def trn(one: str, many: str, count: int, **facts: Fact) -> str:
    """As `tr`, worded after `count`, which the text may name as `{count}`."""
    return _fill(translate(one, many, count), {"count": count, **facts})


def render(message: Message | TrainyardError) -> str:
    """A sentence of the engine in the reader's language."""
    return message.render(translate)


def listed(items: Iterable[str]) -> str:
    """Items one after another, as the reader's language divides them."""
    return languages.listed(items, _in_force.language)


def sentences(texts: Iterable[str]) -> str:
    """Whole sentences one after another; Chinese puts no space between them."""
    return languages.sentences(texts, _in_force.language)


def _fill(template: str, facts: dict[str, Fact]) -> str:
    return template.format_map({name: format_fact(value) for name, value in facts.items()})
