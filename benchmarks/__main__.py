"""`python -m benchmarks`: one decision beside other engines; then, unless sizes or engines are named, a process, a diff and a watch.

`python -m benchmarks watch` and `python -m benchmarks difference` measure one of them alone.
"""

import sys

from benchmarks import decision, difference, process, watch

if sys.argv[1:2] == ["watch"]:
    sys.exit(watch.main(sys.argv[2:]))
if sys.argv[1:2] == ["difference"]:
    sys.exit(difference.main(sys.argv[2:]))
code = decision.main()
if code == 0 and len(sys.argv) == 1:
    process.main()
    difference.main([])
    watch.main([])
sys.exit(code)
