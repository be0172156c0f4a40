"""What the monitor costs, each figure measured beside a floor: the least that any program must do for the same result.

Seconds differ from machine to machine, ratios hardly; so every case runs its floor, and a peer where one is installed, in the same rounds.
"""
