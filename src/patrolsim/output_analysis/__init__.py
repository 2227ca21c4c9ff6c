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

__all__ = [
    "FEW",
    "LEVEL",
    "Estimand",
    "Estimate",
    "Totals",
    "estimate_difference",
    "estimate_mean",
    "estimate_quantile",
    "estimate_ratio",
    "estimate_ratio_difference",
    "quantile",
    "t_quantile",
]
