"""@fault_case("E19", REAL) says which case of tests/faults/cases.json a test plays; tests/faults/faultmatrix.py reads it."""
REAL = "real"
FAKE = "fake"


def fault_case(name, play):
    assert name[0] in "EB" and name[1:].isdigit() and play in (REAL, FAKE)
    return lambda test: test
