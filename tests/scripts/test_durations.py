"""Durations in reports are those of the real clock."""

import os
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET

from devkit.paths import SCRIPT_DIR

# As Odoo's test classes do: the clock stops in the set-up of the class, and goes on after its last test.
STOPPED = """
    import time
    import unittest
    import freezegun

    class TestStopped(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            cls.clock = freezegun.freeze_time('2031-05-06')
            cls.clock.start()
            cls.addClassCleanup(cls.clock.stop)

        def test_one(self):
            self.assertEqual(time.gmtime().tm_year, 2031)

        def test_two(self):
            with freezegun.freeze_time('2040-01-01'):
                self.assertEqual(time.gmtime().tm_year, 2040)
"""


def test_a_stopped_clock(tmp_path):
    (tmp_path / 'test_stopped.py').write_text(textwrap.dedent(STOPPED))
    report = tmp_path / 'report.xml'
    done = subprocess.run(
        [sys.executable, '-m', 'pytest', '-p', 'devkit.durations', f'--junitxml={report}', '--durations=5', '-vv', '--rootdir', tmp_path],
        cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': str(SCRIPT_DIR), 'PYTEST_DISABLE_PLUGIN_AUTOLOAD': '1'},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    root = ET.parse(report).getroot()
    times = [float(element.get('time')) for element in [*root.iter('testsuite'), *root.iter('testcase')]]
    assert len(times) == 3
    assert all(0 <= seconds < 60 for seconds in times), times
    assert '0000.' not in done.stdout
