"""Streets: readers, the compiled network, searches and routes. The only networkx."""

from patrolsim.network.city import City, read_city
from patrolsim.network.compiling import CompiledMap, ComponentLoss, compile_map
from patrolsim.network.graph import graph_of_map, map_of_graph
from patrolsim.network.graphml import read_graphml, write_graphml
from patrolsim.network.maps import StreetMap
from patrolsim.network.modes import ModeRules
from patrolsim.network.snapping import Snapper
from patrolsim.network.sources import Limits
from patrolsim.network.streets import Mode, Stop, Streets
from patrolsim.network.tables import read_tables

__all__ = [
    "City",
    "CompiledMap",
    "ComponentLoss",
    "Limits",
    "Mode",
    "ModeRules",
    "Snapper",
    "Stop",
    "StreetMap",
    "Streets",
    "compile_map",
    "graph_of_map",
    "map_of_graph",
    "read_city",
    "read_graphml",
    "read_tables",
    "write_graphml",
]
