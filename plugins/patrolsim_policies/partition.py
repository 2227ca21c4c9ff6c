"""Patrol in parts: the places are divided among the patrols, each walks a round over its own.

References
----------
Chevaleyre, Y. (2004), Theoretical analysis of the multi-agent patrolling problem, IAT 2004,
302-308: partition against cyclic strategies.
"""

from __future__ import annotations

from patrolsim import PolicySpec, Role
from patrolsim_policies.cyclic import ROUND_PARAMETERS, build_cyclic

PARTITION = PolicySpec(
    name="partition",
    role=Role.PATROL,
    build=lambda parameters: build_cyclic(parameters, in_parts=True),
    about="The places are divided among the patrols by risk; each walks a round over its own.",
    parameters=ROUND_PARAMETERS,
)
