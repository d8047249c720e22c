"""Where Python keeps no bytecode, what the tests compile is kept while they run: processes they start would do it anew.

Import this before the package under test.
"""

import os
import sys
import tempfile

if sys.dont_write_bytecode:
    KEPT = tempfile.TemporaryDirectory(prefix="compiled-")  # gone when the tests are over
    sys.dont_write_bytecode, sys.pycache_prefix = False, KEPT.name
    os.environ["PYTHONPYCACHEPREFIX"] = KEPT.name
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
