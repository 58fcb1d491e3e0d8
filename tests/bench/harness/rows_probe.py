"""`./dev bench probe`: what a check costs, what the probe holds, and whether what it says is true.

Each part is a module with its own COMPARISONS."""

import probe_blackbox
import probe_memory
import probe_rate
import probe_truth

COMPARISONS = [
    *probe_blackbox.COMPARISONS,
    *probe_memory.COMPARISONS,
    *probe_rate.COMPARISONS,
    *probe_truth.COMPARISONS,
]
