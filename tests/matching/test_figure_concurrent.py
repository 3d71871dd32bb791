"""Two requests of one user at once cannot both take the last question of the day, nor be answered differently."""

import json

CODE = """
import json, logging, threading
from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service
from odoo.tools import SQL

logging.getLogger('odoo.sql_db').setLevel(logging.CRITICAL)  # collisions are wanted here, and core logs them as errors
registry = Registry(env.cr.dbname)
user = env['res.users'].search([('login', '=', 'wifoe')])
pools = env['outreach.pool'].search([], limit=8)
env['outreach.figure.policy'].create({'questions': 3})
env['outreach.figure.question'].sudo().search([]).unlink()
# nothing is published today, so that all of them do it at once
env['outreach.figure'].sudo().search([]).unlink()
env['outreach.figure.table'].sudo().search([]).unlink()
env.cr.commit()
start, results = threading.Barrier(len(pools)), []


def ask(pool):
    with registry.cursor() as cr:
        own = api.Environment(cr, user.id, {})
        start.wait()
        try:
            service.retrying(lambda: own['outreach.pool'].browse(pool).action_ask(), own)
            results.append('answered')
        except UserError:
            cr.rollback()
            results.append('refused')


threads = [threading.Thread(target=ask, args=(pool.id,)) for pool in pools]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
env.cr.rollback()
env.invalidate_all()
questions = env['outreach.figure.question'].search([('user_id', '=', user.id)])
[lines] = env.execute_query(SQL("SELECT count(*), count(DISTINCT key) FROM outreach_figure"))
[tables] = env.execute_query(SQL("SELECT count(*), count(DISTINCT kind) FROM outreach_figure_table"))
print('RESULT', json.dumps({'answered': results.count('answered'), 'refused': results.count('refused'),
                            'numbers': sorted(questions.mapped('number')), 'lines': lines, 'tables': tables}))
"""


def test_last_question(odoo, addon_database):
    problems, output = odoo.shell(addon_database, CODE, log='test-figure-concurrent')
    assert not problems
    (line,) = (line for line in output.splitlines() if line.startswith('RESULT'))
    result = json.loads(line.removeprefix('RESULT'))
    assert result['answered'] == 3 and result['refused'] == 5, result
    assert result['numbers'] == [1, 2, 3]
    assert result['lines'][0] == result['lines'][1] > 0
    assert result['tables'] == [3, 3]
