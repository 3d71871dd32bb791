"""A plugin of pytest: how long a test takes is told by the real clock, whatever clock the test has moved.

pytest takes the time when a set-up begins and ends, and a class may stop the clock in between: the difference was 1.8 billion seconds.
"""

import contextlib

with contextlib.suppress(ImportError):  # the rules are tested without Odoo's packages, too
    import freezegun

    freezegun.configure(extend_ignore_list=['_pytest.timing'])
