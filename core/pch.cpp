// Gives the precompiled header a target of its own, so that every other one can share it.
