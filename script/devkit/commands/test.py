"""`script/test`: all tests, or those that the arguments name.

Three suites, each by pytest in a process of its own:

* tools: the doctests of the addon's pure rules, without Odoo;
* addon: the addon's own tests, by pytest-odoo, in a copy of a database with the addon and demo data;
* system: the tests of the whole in `tests/`, by plain pytest.

The addon's tests run beside those of the whole when both are called for: the former keep Python busy, the latter
mostly wait for servers and browsers. What the addon's tests print comes when they are through.

Whatever the addon makes Odoo log as a warning or error fails the call, be it during the
installation or in a test that does not expect it.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import changes, databases
from ..errors import DevkitError
from ..paths import ADDON, ADDON_DIR, LOG_DIR, ROOT, SCRIPT_DIR, STATE_DIR, read_manifest
from ..servers import close_log, new_log
from ..setup import ready_odoo
from ..system import provide_browser, say

_HELP = f"""usage: script/test [--changed[=REVISION] | --slow | --core] [--no-demo] [pytest arguments]

Runs all tests of {ADDON}: doctests, the addon's own, and those of the whole in tests/.
Arguments go to pytest; paths among them choose the suite:

  script/test {ADDON}/tests/visit/test_visit.py::TestVisit::test_joint
  script/test tests/scripts/test_scripts.py -k port -x
  script/test tests/ -k properties --hypothesis-profile=explore    # other examples each time, and many

  --changed   run what the change since REVISION (the last commit) can affect, in a few minutes: the tests of its
              rooms, and the quick ones of the whole; before it goes to others all have to run
  --slow      run what takes long or needs other modules, and nothing else
  --no-demo   run the addon's own tests in a database without demo data
  --core      run Odoo's own tests of {{core}} with and without the addon, and compare
  --help      this text, then that of pytest with --pytest-help
"""
CORE_MODULES = ('crm', 'calendar', 'event', 'event_booth', 'portal')

WORKERS = 2  # for tests/; a third process is busy with the addon's own tests at first
NO_TESTS = 5  # pytest's exit status when it found none
_SUITES = ('tools', 'addon', 'system')
_running = set()


def choose_suites(arguments, root=ROOT, cwd=None):
    """Sort arguments by suite: return ({suite: [absolute path, ...]}, [option, ...]).

    Without any path all suites are chosen with no path of their own. Raises `DevkitError` for
    a path that belongs to none.
    """
    cwd = Path(cwd or Path.cwd())
    folders = {'tools': root / ADDON / 'tools', 'addon': root / ADDON, 'system': root / 'tests'}
    paths, options = {}, []
    for argument in arguments:
        name, separator, rest = argument.partition('::')
        found = None
        if not argument.startswith('-'):
            found = next((path for path in (cwd / name, root / name) if path.exists()), None)
        # The value of an option such as "-k test" may happen to be a path only by accident.
        if found is None or (options and options[-1] in {'-k', '-m', '-p', '-o', '-W', '-n'} and not separator):
            options.append(argument)
            continue
        found = found.resolve()
        suite = next((suite for suite, folder in folders.items() if found.is_relative_to(folder)), None)
        if suite is None:
            raise DevkitError(f'{argument} is neither in {ADDON}/ nor in tests/')
        paths.setdefault(suite, []).append(f'{found}{separator}{rest}')
    return (paths or {suite: [] for suite in _SUITES}), options


def combine(statuses):
    """Return the exit status for those of several pytest calls; "no tests" counts only if all say so.

    >>> combine([0, NO_TESTS]), combine([NO_TESTS, NO_TESTS]), combine([0, 1, NO_TESTS]), combine([])
    (0, 5, 1, 5)
    """
    real = [status for status in statuses if status != NO_TESTS]
    return next((status for status in real if status), 0) if real else NO_TESTS


class _Run:
    """One call of pytest: its status, counts and time, for the summary."""

    def __init__(self, name, status, report, seconds, problems=()):
        self.name, self.status, self.seconds, self.problems = name, status, seconds, list(problems)
        self.counts = dict.fromkeys(('tests', 'failures', 'errors', 'skipped'), 0)
        with contextlib.suppress(OSError, ET.ParseError):
            for suite in ET.parse(report).getroot().iter('testsuite'):
                for key in self.counts:
                    self.counts[key] += int(suite.get(key, 0))

    @property
    def failed(self):
        return self.status not in {0, NO_TESTS} or bool(self.problems)

    def __str__(self):
        counts = self.counts
        bad = counts['failures'] + counts['errors']
        text = f'{counts["tests"] - bad - counts["skipped"]} passed, {bad} failed, {counts["skipped"]} skipped'
        if self.status not in {0, 1, NO_TESTS}:
            text += f', pytest ended with {self.status}'
        if self.problems:
            text += f', {len(self.problems)} problems in the log'
        return f'{"FAIL" if self.failed else "ok":<5} {self.name:<8} {text} ({self.seconds:.0f} s)'


def _pytest(python, arguments, environment, report, stream):
    command = [str(python), '-m', 'pytest', '-c', str(ROOT / 'pytest.ini'), '--rootdir', str(ROOT), f'--junitxml={report}']
    command += ['-p', 'devkit.durations', *arguments]
    environment = {**environment, 'PYTHONPATH': os.pathsep.join(filter(None, (str(SCRIPT_DIR), environment.get('PYTHONPATH'))))}
    # Not subprocess.run(): whatever ends this process would kill pytest before it stops its servers.
    output = {'stdout': stream, 'stderr': subprocess.STDOUT} if stream else {}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **output) as process:
        _running.add(process)
        try:
            return process.wait()
        except KeyboardInterrupt:  # the terminal told pytest as well
            process.wait()
            raise
        except BaseException:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        finally:
            _running.discard(process)


def _report_path(name):
    path = STATE_DIR / 'report' / f'{name}-{os.getpid()}.xml'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return path


def _run(name, python, arguments, environment, log=None, stream=None):
    print(f'\n== {name} ==', file=stream, flush=True)
    report, began = _report_path(name), time.monotonic()
    try:
        status = _pytest(python, arguments, environment, report, stream)
        problems = close_log(log) if log else []
        for problem in problems:
            print(problem, file=stream, flush=True)
        return _Run(name, status, report, time.monotonic() - began, problems)
    finally:
        report.unlink(missing_ok=True)


def _run_tools(odoo, paths, options):
    arguments = [
        '-p',
        'no:odoo',
        '-p',
        'devkit.pure_tools',
        '--doctest-modules',
        '--import-mode=importlib',
        *options,
        *(paths or [str(ADDON_DIR / 'tools')]),
    ]
    environment = {**os.environ, 'PYTHONUTF8': '1', 'PYTHONPATH': str(SCRIPT_DIR)}
    return _run('tools', odoo.python, arguments, environment)


def _odoo_arguments(database, log):
    return [
        '--odoo-http',
        f'--odoo-database={database}',
        '--odoo-log-level=warn',
        f'--odoo-extra=logfile={log}',
        '--odoo-extra=max-cron-threads=0',
    ]


def _run_addon(odoo, template, paths, options, stream=None):
    log = f'test-addon-{os.getpid()}'
    with databases.scratch(odoo, 'test', template.database) as database:
        paths = paths or [str(ADDON_DIR / 'tests')]
        arguments = [*_odoo_arguments(database, new_log(log)), *options, *paths]
        return _run('addon', odoo.python, arguments, odoo.environment, log, stream)


@contextlib.contextmanager
def _beside(call, *arguments):
    """Run `call(*arguments, stream=file)` beside the block; yield a function that waits for it, prints what it wrote and
    returns its result. Leaving the block by an exception interrupts the pytest processes that run."""
    with tempfile.TemporaryFile('w+') as stream, ThreadPoolExecutor(1) as pool:
        future = pool.submit(call, *arguments, stream=stream)

        def finish():
            try:
                return future.result()
            finally:
                stream.seek(0)
                shutil.copyfileobj(stream, sys.stdout)
                sys.stdout.flush()

        try:
            yield finish
        except BaseException:
            for process in tuple(_running):
                process.send_signal(signal.SIGINT)
            raise


def _side_by_side(paths, options):
    """Return pytest's arguments that spread the files of `tests/` over processes; none where somebody looks on.

    Files stay whole, since their tests share a database. They begin in the order of `conftest.py`, the long ones first.
    """
    alone = len(paths) == 1 and not Path(paths[0]).is_dir()
    if alone or {'-n', '-s', '--pdb', '--capture=no', '--collect-only'} & {*options}:
        return []
    return [f'-n{WORKERS}', '--dist=loadfile', '--no-loadscope-reorder']


def _make_templates(odoo, suites, demo):
    """Return {with demo data?: template} of those that the suites need, made side by side."""
    wanted = {demo} if 'addon' in suites else set()
    if 'system' in suites:
        wanted |= {True} if suites['system'] else {True, False}  # some of all the tests begin without demo data
    with ThreadPoolExecutor() as pool:
        made = {which: pool.submit(databases.addon_template, odoo, which) for which in wanted}
        return {which: future.result() for which, future in made.items()}


def _run_system(odoo, paths, options):
    arguments = ['-p', 'no:odoo', *_side_by_side(paths, options), *options, *(paths or [str(ROOT / 'tests')])]
    return _run('system', odoo.python, arguments, odoo.environment)


# -- Odoo's own tests ----------------------------------------------------------------


def _outcomes(report):
    """Return {test id: outcome} of a JUnit report."""
    outcomes = {}
    for case in ET.parse(report).getroot().iter('testcase'):
        outcome = next((child.tag for child in case if child.tag in {'failure', 'error', 'skipped'}), 'passed')
        test = f'{case.get("classname")}.{case.get("name")}'
        # A sub-test or a teardown may add a second entry: the worse one counts.
        if outcomes.get(test) in {None, 'passed', 'skipped'}:
            outcomes[test] = outcome
    return outcomes


def _run_core(odoo, template, name, options):
    report = _report_path(f'core-{name}')
    folders = [
        str(addons / module / 'tests') for module in CORE_MODULES for addons in odoo.source.addons if (addons / module / 'tests').is_dir()
    ]
    with databases.scratch(odoo, f'core_{name}', template.database) as database:
        say(f'running Odoo\'s tests of {", ".join(CORE_MODULES)}: {name}')
        output = LOG_DIR / f'core-{name}.txt'
        with output.open('w') as stream:
            subprocess.run(
                [
                    str(odoo.python),
                    '-m',
                    'pytest',
                    '-c',
                    str(SCRIPT_DIR / 'core-pytest.ini'),
                    '--rootdir',
                    str(odoo.source.path),
                    '--import-mode=importlib',
                    f'--junitxml={report}',
                    *_odoo_arguments(database, new_log(f'core-{name}')),
                    '-q',
                    *options,
                    *folders,
                ],
                cwd=odoo.source.path,
                env=odoo.environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
            )
    if not report.exists():
        raise DevkitError(f'Odoo\'s tests did not run to their end (see {output})')
    outcomes = _outcomes(report)
    report.unlink()
    tally = {outcome: list(outcomes.values()).count(outcome) for outcome in sorted(set(outcomes.values()))}
    print(f'  {name}: {tally}')
    return outcomes


def _compare_core(odoo, options):
    # Without demo data: those of the addon set the county's language and switch services off.
    without = _run_core(odoo, databases.dependencies_template(odoo, demo=False), 'without', options)
    with_addon = _run_core(odoo, databases.addon_template(odoo, demo=False), 'with', options)
    different = sorted(test for test in without.keys() | with_addon.keys() if without.get(test) != with_addon.get(test))
    for test in different:
        outcomes = without.get(test, 'not run'), with_addon.get(test, 'not run')
        print('  {}: {} without the addon, {} with it'.format(test, *outcomes))
    print(f'{len(without)} tests, {len(different)} fare differently with the addon')
    return 1 if different or not without else 0


def main(arguments):
    """Run the tests and return the exit status."""
    if '--help' in arguments or '-h' in arguments:
        print(_HELP.format(core=', '.join(CORE_MODULES)))
        return 0
    arguments = ['--help' if argument == '--pytest-help' else argument for argument in arguments]
    core, demo = '--core' in arguments, '--no-demo' not in arguments
    changed = next((argument for argument in arguments if argument.partition('=')[0] == '--changed'), None)
    arguments = [argument for argument in arguments if argument not in {'--core', '--no-demo', changed}]
    if not read_manifest():
        raise DevkitError(f'there is no addon {ADDON} in this checkout')
    if changed:
        chosen = changes.choose_tests(changes.changed_files(changed.partition('=')[2] or 'HEAD'))
        if not chosen:
            say('nothing has changed that tests could tell')
            return 0
        say(f'a change here can affect {", ".join(chosen)}')
        arguments = [*arguments, *(str(ROOT / path) for path in chosen)]
    suites, options = choose_suites(arguments)
    if '--slow' in options:
        if 'system' not in suites:
            raise DevkitError('the slow tests are in tests/, where none of these paths is')
        suites = {'system': suites['system']}
    if core or 'system' in suites or 'addon' in suites:
        STATE_DIR.mkdir(exist_ok=True)
        provide_browser(STATE_DIR / 'no-headless-shell')
    began = time.monotonic()
    with ready_odoo() as odoo:
        databases.drop_leftovers(odoo)
        if core:
            return _compare_core(odoo, options)
        runs, problems = [], []
        if 'tools' in suites and (ADDON_DIR / 'tools').is_dir():
            runs.append(_run_tools(odoo, suites['tools'], options))
        templates = _make_templates(odoo, suites, demo)
        for template in templates.values():
            problems += [problem for problem in template.problems if problem not in problems]
        if 'addon' in suites and 'system' in suites:
            with _beside(_run_addon, odoo, templates[demo], suites['addon'], options) as finish:
                system = _run_system(odoo, suites['system'], options)
                runs += [finish(), system]
        elif 'addon' in suites:
            runs.append(_run_addon(odoo, templates[demo], suites['addon'], options))
        elif 'system' in suites:
            runs.append(_run_system(odoo, suites['system'], options))
    print('\n== summary ==')
    for problem in problems:
        print(f'from the installation: {problem}')
    for run in runs:
        print(run)
    status = combine([run.status for run in runs]) or int(any(run.problems for run in runs) or bool(problems))
    print(f'{"FAILED" if status else "all green"} after {time.monotonic() - began:.0f} s', flush=True)
    return status
