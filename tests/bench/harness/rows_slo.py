"""`./dev bench slo`: what making rules costs, what they cost where they run, and whether what they
record is true.

Each part is a module with its own COMPARISONS."""

import slo_exactness
import slo_generation
import slo_rules_cost

COMPARISONS = [
    *slo_generation.COMPARISONS,
    *slo_exactness.COMPARISONS,
    *slo_rules_cost.COMPARISONS,
]
