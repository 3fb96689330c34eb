"""The metrics that runs are judged by; light to import, numpy only when one is computed.

Binary classification is scored on the probability of the second class, multi-class on one
probability per class, regression on values in the target's own unit. Several targets are scored by the
mean over them, numbers in deviations of the training rows, since their units differ.
"""

from engine.metrics.classes import binary_auc as binary_auc
from engine.metrics.metric import Metric as Metric
from engine.metrics.registry import METRICS as METRICS
from engine.metrics.registry import evaluated_metrics_for as evaluated_metrics_for
from engine.metrics.registry import metrics_for as metrics_for
from engine.metrics.registry import monitor_for as monitor_for
