"""The set of controls every page is made of. They take plain values, emit signals and know no session.

`gui.widgets.plot` is left out here: it imports pyqtgraph, which has to wait for the first paint.
"""

from gui.widgets.badge import Badge as Badge
from gui.widgets.buttons import button as button
from gui.widgets.buttons import icon_button as icon_button
from gui.widgets.buttons import link_button as link_button
from gui.widgets.card import Card as Card
from gui.widgets.chip import Chip as Chip
from gui.widgets.choice import ComboBox as ComboBox
from gui.widgets.choice import Segmented as Segmented
from gui.widgets.choice import Switch as Switch
from gui.widgets.fields import SearchField as SearchField
from gui.widgets.fields import Slider as Slider
from gui.widgets.layout import column as column
from gui.widgets.layout import row as row
from gui.widgets.layout import rule as rule
from gui.widgets.note import EmptyState as EmptyState
from gui.widgets.note import Note as Note
from gui.widgets.progress import ProgressBar as ProgressBar
from gui.widgets.text import ElidedLabel as ElidedLabel
from gui.widgets.text import label as label
from gui.widgets.text import set_tone as set_tone
