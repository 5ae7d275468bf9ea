// FAULT_CASE: says which case of tests/faults/cases.json a test plays. First lines of a test function:
//
//   FAULT_CASE("E19", Real);
//
// Real: the system itself misbehaves (a process, a disk, a limit). Fake: a stand-in from tests/fake says so.
// tests/faults/faultmatrix.py reads these lines and makes tests/faults/README.md of them.
#pragma once

#include <string_view>

namespace batchwright {

enum class FaultPlay { Real, Fake };

/// A letter (E: engine, B: a bug that others had) and a number.
constexpr bool isFaultCaseId(std::string_view id)
{
    if (id.size() < 2 || id.size() > 3 || (id.front() != 'E' && id.front() != 'B')) {
        return false;
    }
    for (const char digit : id.substr(1)) {
        if (digit < '0' || digit > '9') {
            return false;
        }
    }
    return true;
}

} // namespace batchwright

#define FAULT_CASE(id, play)                                                                                 \
    static_assert(::batchwright::isFaultCaseId(id)                                                           \
                  && ::batchwright::FaultPlay::play < ::batchwright::FaultPlay(2))
