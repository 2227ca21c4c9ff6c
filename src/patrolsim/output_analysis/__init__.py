"""Statistics on numbers per replication: estimates, differences, decisions; numpy and scipy."""

from patrolsim.output_analysis.estimates import (
    FEW,
    LEVEL,
    Estimand,
    Estimate,
    Totals,
    estimate_difference,
    estimate_mean,
    estimate_quantile,
    estimate_ratio,
    estimate_ratio_difference,
    quantile,
    t_quantile,
)
from patrolsim.output_analysis.families import holm
from patrolsim.output_analysis.influence import (
    Influence,
    estimate_quantile_difference,
    influence_of_mean,
    influence_of_quantile,
    influence_of_ratio,
    p_value,
    upper_bound,
    variance_reduction,
)

__all__ = [
    "FEW",
    "LEVEL",
    "Estimand",
    "Estimate",
    "Influence",
    "Totals",
    "estimate_difference",
    "estimate_mean",
    "estimate_quantile",
    "estimate_quantile_difference",
    "estimate_ratio",
    "estimate_ratio_difference",
    "holm",
    "influence_of_mean",
    "influence_of_quantile",
    "influence_of_ratio",
    "p_value",
    "quantile",
    "t_quantile",
    "upper_bound",
    "variance_reduction",
]
