"""Playback: a day of a run as one page that opens without a network."""

from patrolsim.report.playback.columns import TraceError
from patrolsim.report.playback.making import PlaybackError, Stage, Wish, make_playback, replay
from patrolsim.report.playback.page import page_of
from patrolsim.report.playback.trace import Trace, write_trace
from patrolsim.report.playback.trips import trips_geojson
from patrolsim.report.playback.window import Window, WindowError, window_of

__all__ = [
    "PlaybackError",
    "Stage",
    "Trace",
    "TraceError",
    "Window",
    "WindowError",
    "Wish",
    "make_playback",
    "page_of",
    "replay",
    "trips_geojson",
    "window_of",
    "write_trace",
]
