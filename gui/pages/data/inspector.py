"""The inspector of the Data page: one column, what it is, how it is spread, what to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.messages import Message
from engine.schema import Column, Kind, Role
from gui import theme
from gui.i18n import render, tr, trn
from gui.icons import pixmap
from gui.models.advice import missing_advice
from gui.models.column_words import (
    CHOOSABLE_ROLES,
    KIND_ICONS,
    kind_name,
    offer_kinds,
    role_name,
)
from gui.models.figures import percent_text
from gui.models.filter_words import bin_filter
from gui.models.relation_words import bits_text, signed_text
from gui.models.statistics import Pairs, date_lines, more_statistics, statistics
from gui.pages.data.column_charts import DistributionSection, RateSection
from gui.pages.data.column_reading import ColumnReadingBox
from gui.pages.data.figure_pairs import fill_pairs, make_pairs
from gui.pages.data.misfit_count import MisfitCount
from gui.pages.data.relations_source import RelationsSource
from gui.pages.page import RefreshWhenShown
from gui.widgets.buttons import button
from gui.widgets.choice import ComboBox
from gui.widgets.layout import column, row, rule
from gui.widgets.note import EmptyState, Note
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile
    from engine.data.relations.relations import Relation
    from gui.session import Session

PADDING = 14
_PAIRS = 9
"""Lines of figures that labels are made for before there are any."""


class ColumnInspector(QWidget):
    """Describes `session.column` and edits its kind and role."""

    problemsAsked = Signal(str)  # noqa: N815 - Qt's naming
    """The cells of this column that do not fit are to be shown."""

    def __init__(self, session: Session, relations: RelationsSource) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Column"))
        self._session = session
        self._relations = relations
        self._related: tuple[str, tuple[Relation, ...]] = ("", ())
        self._misfits = MisfitCount(session, self)
        self._misfits.counted.connect(self._show_misfits)
        self._make_parts()
        self._lay_out()
        session.columnChanged.connect(self._on_column)
        relations.related.connect(self._on_related)
        self.refreshing = RefreshWhenShown(
            self,
            self._refresh,
            session.columnChanged,
            session.recipeChanged,
            soon=(session.tableChanged, session.view.profileChanged, relations.related),
            then=(self._refresh_distribution, self._refresh_rate, self._refresh_words),
        )

    # Building -----------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self._icon = QLabel()
        self._name = ElidedLabel("", "title")
        self._name.setFont(theme.font("body", 600))
        self._position = label("", "small", "muted")
        self.kind = ComboBox(name=tr("Type"))
        self.role = ComboBox(name=tr("Role"))
        self.role.set_choices([(role, role_name(role)) for role in CHOOSABLE_ROLES])
        offer_kinds(self.kind, Kind.NUMBER)  # its icons are drawn now, not while a table is opened
        # Qt hands a StrEnum back as a plain string.
        self.kind.changed.connect(lambda value: self._set_kind(Kind(value)))
        self.role.changed.connect(lambda value: self._set_role(Role(value)))
        self.misfit_note = Note("", "warn", tr("Undo"))
        self.misfit_note.acted.connect(self._session.undo)
        self.missing_note = Note("", "warn")
        self._reason = label("", "small", "muted", wrap=True)
        self.reading = ColumnReadingBox(self._session)
        self.reading.problemsAsked.connect(self.problemsAsked)
        self.distribution = DistributionSection()
        self._rate = RateSection()
        for chart in (self.distribution, self._rate):
            chart.hide()  # nobody needs to see axes without a column
        self.distribution.barChosen.connect(self._filter_bar)
        self.distribution.valueChosen.connect(self._filter_value)
        self._statistics = QGridLayout()
        make_pairs(self._statistics, _PAIRS)
        self._dates = QGridLayout()
        self._sampled = label("", "caption", "muted", wrap=True)
        self._relation = QGridLayout()
        self._relation_title = label("", "section")
        self.use_as_target = button(tr("Use as target"), small=True)
        self.use_as_target.clicked.connect(lambda: self._set_role(Role.TARGET))
        self.ignore = button(tr("Ignore"), small=True)
        self.ignore.clicked.connect(self._toggle_ignored)

    def _lay_out(self) -> None:
        head = QFrame()
        head.setProperty("rule", "bottom")
        head.setFixedHeight(46)
        head.setLayout(
            row(self._icon, self._name, self._position, None, margins=(PADDING, 0, PADDING, 0))
        )
        form = QGridLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(4)
        for at, (title, combo) in enumerate(((tr("Type"), self.kind), (tr("Role"), self.role))):
            caption = label(title, "small", "text2")
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            caption.setBuddy(combo)
            form.addWidget(caption, 0, at)
            form.addWidget(combo, 1, at)
        form.setColumnStretch(0, 15)  # a kind has an icon before its name
        form.setColumnStretch(1, 13)
        self._statistics_section = _section(
            column(self._statistics, self._dates, self._sampled, spacing=8)
        )
        self._relation_section = _section(column(self._relation_title, self._relation, spacing=8))
        self._content = QWidget()
        content = column(
            _section(
                column(form, self.misfit_note, self.missing_note, self._reason, spacing=10),
                top_rule=False,
            ),
            self.distribution,
            self._rate,
            self._statistics_section,
            self._relation_section,
            _section(self.reading),
            _section(row(self.use_as_target, self.ignore)),
            None,
            spacing=0,
        )
        self._content.setLayout(content)
        self._head = head
        self._empty = EmptyState(tr("No column chosen"), tr("Click a column to see what is in it."))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addWidget(self._content, 1)
        outer.addWidget(self._empty, 1)

    # Showing ------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        schema = self._session.schema
        name = self._session.column
        known = schema is not None and name is not None and name in schema
        self._head.setVisible(known)
        self._content.setVisible(known)
        self._empty.setVisible(not known)
        if schema is None or name is None or not known:
            self._misfits.forget()
            return
        inferred = schema[name]
        spec = self._session.recipe.column(name)
        kind = spec.kind or inferred.kind
        role = spec.role or inferred.role
        figures = self._figures_of(inferred)
        self._show_head(schema.names.index(name), len(schema.columns), name, kind)
        self._show_choices(kind, role, figures)
        self._show_missing(inferred, kind, role, figures)
        self._show_reason(inferred, kind, spec.kind)
        self._misfits.count(name, kind if kind is not inferred.kind else None)

    def _refresh_distribution(self) -> None:
        inferred, target = self._inferred(), self._session.target
        if inferred is not None:
            self.distribution.show_figures(
                self._figures_of(inferred),
                target if target != inferred.name else None,
                integer=inferred.integer,
            )

    def _refresh_rate(self) -> None:
        inferred, target = self._inferred(), self._session.target
        if inferred is not None:
            self._rate.show_figures(
                self._figures_of(inferred),
                self._target_figures(),
                target,
                integer=inferred.integer,
            )

    def _refresh_words(self) -> None:
        inferred, target = self._inferred(), self._session.target
        if inferred is not None:
            figures = self._figures_of(inferred)
            self._show_statistics(figures, inferred)
            self._show_relation(figures, target if target != inferred.name else None)
            self.reading.show_column(inferred.name)

    def _inferred(self) -> Column | None:
        """The column in hand, as inferred."""
        schema, name = self._session.schema, self._session.column
        return schema[name] if schema is not None and name is not None and name in schema else None

    def _figures_of(self, inferred: Column) -> ColumnProfile | None:
        """What is known of the column, unless it was found out of another kind of values."""
        profile = self._session.view.profile
        figures = profile.columns.get(inferred.name) if profile is not None else None
        kind = self._session.recipe.column(inferred.name).kind or inferred.kind
        return figures if figures is not None and figures.kind is kind else None

    def _target_figures(self) -> ColumnProfile | None:
        profile, target = self._session.view.profile, self._session.target
        return profile.columns.get(target) if profile is not None and target is not None else None

    def _show_head(self, position: int, columns: int, name: str, kind: Kind) -> None:
        picture = pixmap(KIND_ICONS[kind], theme.colour("text"), 16, self.devicePixelRatioF())
        self._icon.setPixmap(picture)
        self._name.set_text(name)
        self._position.setText(
            tr("column {position} of {columns}", position=position + 1, columns=columns)
        )

    def _show_choices(self, kind: Kind, role: Role, figures: ColumnProfile | None) -> None:
        offer_kinds(self.kind, kind)
        self.role.set_value(role)
        self.use_as_target.setVisible(role is not Role.TARGET)
        self.ignore.setText(tr("Use as feature") if role is Role.IGNORE else tr("Ignore"))

    def _show_missing(
        self, inferred: Column, kind: Kind, role: Role, figures: ColumnProfile | None
    ) -> None:
        missing = figures.missing if figures is not None else inferred.missing
        table = self._session.table
        rows = figures.rows if figures is not None else table.rows if table is not None else 0
        self.missing_note.setVisible(bool(missing and rows))
        if missing and rows:
            spec = self._session.recipe.column(inferred.name)
            self.missing_note.set(
                missing_advice(kind, role, spec),
                "warn",
                title=trn(
                    "{rows} row has no value ({share}).",
                    "{rows} rows have no value ({share}).",
                    missing,
                    rows=missing,
                    share=percent_text(missing / rows),
                ),
            )

    def _show_reason(self, inferred: Column, kind: Kind, chosen: Kind | None) -> None:
        text = ""
        if chosen is not None and chosen is not inferred.kind:
            text = tr(
                "Set by hand. Read as {kind} at first.", kind=kind_name(inferred.kind).lower()
            )
        elif inferred.reason is not None:
            text = render(Message(inferred.reason.template, inferred.reason.facts))
        self._reason.setText(text)
        self._reason.setVisible(bool(text))

    def _show_misfits(self, count: int) -> None:
        self.misfit_note.setVisible(count > 0)
        if count:
            self.misfit_note.set(
                trn(
                    "{count} value does not fit this type and counts as missing.",
                    "{count} values do not fit this type and count as missing.",
                    count,
                ),
                "warn",
                tr("Undo") if self._session.can_undo else "",
            )

    def _show_statistics(self, figures: ColumnProfile | None, inferred: Column) -> None:
        # Of hidden parents: each label that appears in a shown one would have all be laid out anew.
        self._statistics_section.hide()
        if figures is None:
            return
        self._sampled.setVisible(bool(figures.sample))
        left, right = statistics(figures, inferred.integer)
        more_left, more_right = more_statistics(figures, inferred.integer)
        fill_pairs(self._statistics, left + more_left, right + more_right)
        fill_pairs(self._dates, date_lines(figures), [])
        if figures.sample:
            self._sampled.setText(
                tr("≈ and charts: from a random sample of {count} rows.", count=figures.sample)
            )
        self._statistics_section.show()

    def _show_relation(self, figures: ColumnProfile | None, target: str | None) -> None:
        lines: Pairs = []
        name, found = self._related
        known = {relation.name: relation for relation in found if name == self._session.column}
        goal = known.get(target or "")
        if goal is not None:
            lines.append((tr("Mutual information"), bits_text(goal.bits)))
        correlation = figures.correlation if figures is not None else None
        if correlation is not None and target is not None:
            lines.append((tr("Correlation"), signed_text(correlation)))
        elif goal is not None and target is not None:
            lines.append((tr("Association"), signed_text(goal.value)))
        closest = next((each for each in known.values() if each.name != target), None)
        if closest is not None and closest.strength > 0:
            text = f"{closest.name}, {signed_text(closest.value)}"
            lines.append((tr("Closest column"), text))
        self._relation_title.setText(
            tr("Relation to target") if target is not None else tr("Relation to others")
        )
        self._relation_section.hide()
        fill_pairs(self._relation, lines, [])
        self._relation_section.setVisible(bool(lines))

    def _on_column(self) -> None:
        self._related = ("", ())
        self._relations.relate(self._session.column)

    def _on_related(self, name: str, found: tuple[Relation, ...]) -> None:
        self._related = (name, found)

    # Filtering ----------------------------------------------------------------------------------

    def _figures(self) -> ColumnProfile | None:
        profile, name = self._session.view.profile, self._session.column
        return profile.columns.get(name) if profile is not None and name is not None else None

    def _filter_bar(self, bar: int) -> None:
        figures = self._figures()
        wanted = bin_filter(figures, bar) if figures is not None else None
        if wanted is not None:
            self._session.view.add(wanted)

    def _filter_value(self, text: str) -> None:
        from engine.data.rows.filters import LevelsFilter

        name = self._session.column
        if name is not None:
            self._session.view.add(LevelsFilter(column=name, values=(text,)))

    # Editing ------------------------------------------------------------------------------------

    def _set_kind(self, kind: Kind) -> None:
        name = self._session.column
        if name is not None:
            self._session.set_kind(
                name, kind, tr("Read {column} as {kind}", column=name, kind=kind_name(kind).lower())
            )

    def _set_role(self, role: Role) -> None:
        name = self._session.column
        if name is None:
            return
        labels = {
            Role.TARGET: tr("Use {column} as target", column=name),
            Role.IGNORE: tr("Ignore {column}", column=name),
        }
        label_of_step = labels.get(role, tr("Use {column} as feature", column=name))
        self._session.set_role(name, role, label_of_step)

    def _toggle_ignored(self) -> None:
        is_ignored = self.role.value() == Role.IGNORE
        self._set_role(Role.FEATURE if is_ignored else Role.IGNORE)


def _section(content: QVBoxLayout | QGridLayout | QWidget, *, top_rule: bool = True) -> QWidget:
    section = QWidget()
    layout = QVBoxLayout(section)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    if top_rule:
        layout.addWidget(rule())
    if isinstance(content, QWidget):
        content = column(content)
    content.setContentsMargins(PADDING, 12, PADDING, 12)
    layout.addLayout(content)
    return section
