"""The models of incidents that this plugin offers, with their parameters.

They work with numpy, which is loaded when one of them is built and not when it is listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolsim import IncidentModelSpec, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim_policies.near_repeat import NearRepeat
    from patrolsim_policies.self_exciting import SelfExciting
    from patrolsim_policies.weather_shocks import WeatherShocks


def _build_self_exciting(parameters: Mapping[str, Any]) -> SelfExciting:
    from patrolsim_policies.self_exciting import SelfExciting

    children, delay_s = parameters["children"], parameters["delay"]
    if not 0 <= children < 1:
        raise ValueError("children must be below 100%: else the incidents never end")
    if delay_s <= 0 or parameters["spread"] < 0:
        raise ValueError("delay must be above 0 and spread not below it")
    return SelfExciting(children, delay_s, parameters["spread"])


SELF_EXCITING = IncidentModelSpec(
    name="self_exciting",
    build=_build_self_exciting,
    about="Each incident makes more of its kind likely for a while, near by (Hawkes process).",
    parameters={
        "children": Parameter(
            kind="share",
            default="20%",
            about="Mean number of incidents that each one sets off itself; below 100%.",
        ),
        "delay": Parameter(
            kind="duration", default="10 days", about="Mean time from an incident to one of those."
        ),
        "spread": Parameter(
            kind="length",
            default="0 m",
            about="Standard deviation of their distance from it, east and north.",
        ),
    },
)


def _build_near_repeat(parameters: Mapping[str, Any]) -> NearRepeat:
    from patrolsim_policies.near_repeat import NearRepeat

    repeats, window_s, radius_m = (parameters[key] for key in ("repeats", "within", "radius"))
    if repeats < 0 or window_s <= 0 or radius_m <= 0:
        raise ValueError("repeats must not be below 0, within and radius must be above it")
    return NearRepeat(repeats, window_s, radius_m)


NEAR_REPEAT = IncidentModelSpec(
    name="near_repeat",
    build=_build_near_repeat,
    about="Soon after an incident and close to it there are repeats; repeats have none.",
    parameters={
        "repeats": Parameter(
            kind="number", default=0.3, about="Mean number of repeats of each first incident."
        ),
        "within": Parameter(
            kind="duration",
            default="14 days",
            about="A repeat comes at any time up to this later.",
        ),
        "radius": Parameter(
            kind="length", default="200 m", about="It comes anywhere up to this far away."
        ),
    },
)


def _build_weather_shocks(parameters: Mapping[str, Any]) -> WeatherShocks:
    from patrolsim_policies.weather_shocks import WeatherShocks

    return WeatherShocks(parameters["spells"], parameters["lag"])


WEATHER_SHOCKS = IncidentModelSpec(
    name="weather_shocks",
    build=_build_weather_shocks,
    about="Spells of weather multiply how often it happens, after a lag.",
    parameters={
        "spells": Parameter(
            kind="factors",
            default={},
            about="When in the period, and how much more or less often: {24-48 h: 1.2 times}.",
        ),
        "lag": Parameter(
            kind="durations",
            default="0 h",
            about="How long after its begin and its end a spell takes effect: 0-10 h.",
        ),
    },
)
