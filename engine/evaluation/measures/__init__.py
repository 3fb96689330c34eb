"""What predictions are measured by once a run is over, for many weightings of the rows at once.

Each measure takes the scored rows and a table of weights, (rows, weightings), and gives (weightings,):
one weighting is the value itself, the others are resamples. NaN stands where a measure is not defined.
"""

from engine.evaluation.measures.registry import MEASURES as MEASURES
from engine.evaluation.measures.registry import measures_of as measures_of
from engine.evaluation.measures.scored import ScoredRows as ScoredRows
from engine.evaluation.measures.weighed import Measure as Measure
