"""What the disk under an SQLite store does to registryd, and the clock; disk_faults.c does it.

    faults = Faults(registry.root)
    faults.start(registry)               # registryd, under the faults
    faults.set(write_errno=errno.ENOSPC)
    faults.set(step="log write", side="half", skip=3)
    faults.died()
"""
import os
import struct

LIBRARY = os.environ["REGISTRY_DISK_FAULTS"]
STEPS = ("log write", "log sync", "database write", "database sync")
SIDES = ("before", "half", "after")
SHAPE, FIELDS = "<6iq", ("write_errno", "sync_errno", "step", "side", "skip", "died", "clock_s")


class Faults:
    def __init__(self, place):
        self.path, self.values = os.path.join(place, "faults"), dict.fromkeys(FIELDS, 0)
        self.set()
        # AddressSanitizer wants to be the first library; it is behind this one, and sees every call all the same.
        options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
        self.environment = {"LD_PRELOAD": LIBRARY, "REGISTRY_FAULTS": self.path, "ASAN_OPTIONS": options}

    def set(self, step=None, side="before", **values):
        """What is not named does not happen."""
        self.values = dict.fromkeys(FIELDS, 0)
        self.values.update(values, step=STEPS.index(step) + 1 if step else 0, side=SIDES.index(side))
        with open(self.path, "r+b" if os.path.exists(self.path) else "wb") as file:
            file.write(struct.pack(SHAPE, *(self.values[field] for field in FIELDS)))

    def died(self):
        with open(self.path, "rb") as file:
            return struct.unpack(SHAPE, file.read())[FIELDS.index("died")] == 1

    def start(self, registry):
        """registryd with the faults; nothing else has them."""
        before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        try:
            return registry.start()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
