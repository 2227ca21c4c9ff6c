"""Quantities as people write them, read once into metres and seconds."""

from patrolsim.units.calendar import (
    parse_date,
    parse_dates,
    parse_days,
    parse_hours,
    parse_moment,
    parse_months,
    parse_times_of_day,
)
from patrolsim.units.quantities import (
    parse_amount,
    parse_count,
    parse_duration_s,
    parse_length_m,
    parse_multiplier,
    parse_rate_per_s,
    parse_share,
    parse_speed_mps,
)
from patrolsim.units.seconds import DAY_S, US_PER_S, format_duration, to_s, to_us
from patrolsim.units.week import WeeklyHours, weekly_moments_us
from patrolsim.units.weekly import parse_weekly_count, parse_weekly_duration_s
from patrolsim.units.wording import nearest_word, printable, quoted, suggestion
from patrolsim.units.written import LARGEST, UnitError, normal_text

__all__ = [
    "DAY_S",
    "LARGEST",
    "US_PER_S",
    "UnitError",
    "WeeklyHours",
    "format_duration",
    "nearest_word",
    "normal_text",
    "parse_amount",
    "parse_count",
    "parse_date",
    "parse_dates",
    "parse_days",
    "parse_duration_s",
    "parse_hours",
    "parse_length_m",
    "parse_moment",
    "parse_months",
    "parse_multiplier",
    "parse_rate_per_s",
    "parse_share",
    "parse_speed_mps",
    "parse_times_of_day",
    "parse_weekly_count",
    "parse_weekly_duration_s",
    "printable",
    "quoted",
    "suggestion",
    "to_s",
    "to_us",
    "weekly_moments_us",
]
