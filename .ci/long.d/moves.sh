#!/usr/bin/env bash
# Moves and recoveries at length: three million schedules of the model check, 500 requests moved at random between real workers, and every
# stage of a move at which a process can die, twenty times each. Last line: "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
export GODWIT_PROTOCOL_SCHEDULES=3000000 GODWIT_MOVED_REQUESTS=500 GODWIT_FAILURE_ROUNDS=20
passed=0 failed=0
for tests in "Protocol.Tests FullyQualifiedName~Protocol" "System.Tests FullyQualifiedName~System.Tests.Migration"; do
  if dotnet test "tests/${tests%% *}" -c Release --no-build --filter "${tests#* }"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
