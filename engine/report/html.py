"""The report as one HTML file: no scripts, no addresses outside it, readable in light, dark and print."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from engine.paths import resource
from engine.report.document import Document


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(resource("report")), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("card.html.j2")


def as_html(document: Document) -> bytes:
    """The whole file. What tables and people have written stands in it as text only."""
    style = resource("report", "card.css").read_text(encoding="utf-8")
    # Our own style sheet, and pictures whose texts were escaped where they were drawn.
    page = _template().render(document=document, style=Markup(style))  # noqa: S704
    return page.encode("utf-8", "replace") + b"\n"
