"""What failed and what lags behind: kept, shown to administrators, told once, and told to monitoring."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ...models.base import outreach_health
from ..common import MODULE, AsciiCookieMixin, OutreachCommon

SECRET = "Ms Invented owes 500 euros"
MIXIN_LOG = f'odoo.addons.{MODULE}.models.base.outreach_batch_mixin'
CRON_LOG = 'odoo.addons.base.models.ir_cron'
REOPEN = 'ir_cron_demand_reopen'


@tagged('post_install', '-at_install')
class HealthCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.create_user('health_admin', 'base.group_system')
        cls.Health = cls.env['outreach.health'].with_user(cls.admin)
        cls.env['outreach.demand'].search([('reopen_date', '!=', False)]).reopen_date = False
        cls.crons = cls.env['ir.cron']._get_outreach_crons()
        now = fields.Datetime.now()
        cls.crons.write({'active': True, 'nextcall': now + timedelta(hours=3), 'failure_count': 0, 'first_failure_date': False})
        cls.env.cr.execute('UPDATE ir_cron SET outreach_last_success = %s WHERE id IN %s', [now, tuple(cls.crons.ids)])
        cls.env.invalidate_all()

    def run_cron(self, name=REOPEN):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f'{MODULE}.{name}').method_direct_trigger()
        self.env.invalidate_all()

    def get_row(self, name=REOPEN):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Health.search([('code', '=', name)])

    def create_due(self, number):
        """Evergreen demands, filled, whose day has come."""
        demands = self.env['outreach.demand'].create(
            [
                {
                    'partner_id': self.company.id,
                    'name': f"Evergreen {index} {'abcdefghij'[index % 10]}",
                    'is_evergreen': True,
                    'stage': 'filled',
                    'reopen_months': 1,
                }
                for index in range(number)
            ]
        )
        demands.reopen_date = self.today - timedelta(days=2)
        self.env.flush_all()
        return demands

    def break_for(self, bad):
        """Demands that cannot be reopened, with an error that quotes what is about a person."""
        reopen = type(self.env['outreach.demand'])._reopen

        def fails(demands):
            if demands & bad:
                raise UserError(SECRET)
            return reopen(demands)

        return patch.object(type(self.env['outreach.demand']), '_reopen', fails)

    def get_to_dos(self, user=None):
        return self.env['mail.activity'].search(
            [('activity_type_id', '=', self.env.ref(outreach_health.TO_DO).id), ('user_id', '=', (user or self.admin).id)]
        )


class TestHealth(HealthCommon):
    def test_all_in_order(self):
        rows = self.Health.search([('cron_id', '!=', False)])
        self.assertEqual(len(rows), len(self.crons))
        self.assertIn(REOPEN, rows.mapped('code'))
        self.assertEqual(set(rows.mapped('state')), {'ok'})
        self.assertFalse(any(rows.mapped('message')))
        self.assertTrue(all(rows.mapped('name')))

    def test_before_the_first_run(self):
        """Unknown is not in order: neither as a colour, nor to the filter of what needs attention, nor to monitoring."""
        self.env.cr.execute('UPDATE ir_cron SET outreach_last_success = NULL, lastcall = NULL WHERE id IN %s', [tuple(self.crons.ids)])
        self.env.cr.execute('UPDATE ir_cron SET create_date = now() WHERE id IN %s', [tuple(self.crons.ids)])
        row = self.get_row()
        self.assertEqual(row.state, 'unknown')
        self.assertIn("before the first run", row.message)
        self.assertIn(row, self.Health.search([('state', 'in', ('unknown', 'off'))]))
        self.assertEqual(self.Health._get_report()['status'], 'unknown')
        self.assertFalse(self.Health._get_alarms(), "nobody is told before its time")
        self.run_cron()
        self.env.cr.execute('UPDATE ir_cron SET outreach_last_success = now() WHERE id IN %s', [tuple(self.crons.ids)])
        self.assertEqual((self.get_row().state, self.Health._get_report()['status']), ('ok', 'ok'))

    def test_every_action_says_what_is_due(self):
        """But the one that looks after the others."""
        rows = self.Health.search([('cron_id', '!=', False), ('code', '!=', 'ir_cron_health')])
        self.assertFalse(rows.filtered(lambda row: row.due is False).mapped('code'))

    def test_one_bad_record(self):
        good, bad = self.create_due(5), self.create_due(1)
        row = self.get_row()
        self.assertEqual((row.due, row.due_since, row.state), ('6', self.today - timedelta(days=2), 'ok'))
        with self.break_for(bad), self.assertLogs(MIXIN_LOG, 'ERROR') as log:
            self.run_cron()
        self.assertEqual(
            [record.getMessage() for record in log.records],
            [f"{bad}: a scheduled action ({REOPEN}) fails with UserError, and goes on with the others"],
        )
        self.assertFalse(any(good.mapped('reopen_date')), "the others are worked on")
        row = self.get_row()
        self.assertEqual((row.state, row.due, row.failed, row.error), ('failed', '1', '1', 'UserError'))
        self.assertIn("UserError", row.message)
        stored = self.env['outreach.job.failure'].search([])
        self.assertEqual(stored.mapped('res_id'), bad.ids)
        self.assertNotIn(SECRET, str(stored.read()) + str(row.read()))
        self.run_cron()
        self.assertFalse(self.env['outreach.job.failure'].search([]), "what works is forgotten")
        self.assertEqual(self.get_row().state, 'ok')

    def test_no_longer_due(self):
        bad = self.create_due(1)
        with self.break_for(bad), mute_logger(MIXIN_LOG):
            self.run_cron()
        bad.reopen_date = False
        self.run_cron()
        self.assertFalse(self.env['outreach.job.failure'].search([]))

    def test_bad_records_do_not_fill_a_run(self):
        bad, good = self.create_due(4), self.create_due(2)
        Demand = type(self.env['outreach.demand'])

        def run(demands):
            demands._run_batches(demands._get_reopen_domain(), lambda batch: batch._reopen(), size=2, limit=4, order='id')

        with self.break_for(bad), patch.object(Demand, '_cron_reopen', run), mute_logger(MIXIN_LOG):
            self.run_cron()
            self.run_cron()
        self.assertFalse(any(good.mapped('reopen_date')))

    def test_work_that_changes_nothing(self):
        demands = self.create_due(2)
        with patch.object(type(demands), '_reopen', lambda demands: None):
            self.run_cron()
        self.assertEqual((self.get_row().failed, self.get_row().error), ('2', 'still due'))

    def test_told_once(self):
        bad = self.create_due(1)
        to_dos = []
        for day in range(4):
            with freeze_time(fields.Datetime.now() + timedelta(days=day)), self.break_for(bad), mute_logger(MIXIN_LOG):
                self.crons.write({'nextcall': fields.Datetime.now() + timedelta(hours=3)})
                self.env.cr.execute('UPDATE ir_cron SET outreach_last_success = %s', [fields.Datetime.now()])
                self.run_cron()
                self.run_cron('ir_cron_health')
                to_dos.append(len(self.get_to_dos()))
                if day == 2:
                    self.get_to_dos().with_user(self.admin).action_feedback(feedback="seen")
        self.assertEqual(to_dos, [0, 1, 1, 0], "not for a single failure, then one, and not again after it was seen")
        self.assertFalse(self.get_to_dos(self.user_manager))
        self.run_cron()
        self.run_cron('ir_cron_health')
        self.assertFalse(self.get_to_dos())

    def test_to_do_goes_by_itself(self):
        cron = self.env.ref(f'{MODULE}.{REOPEN}')
        cron.nextcall = fields.Datetime.now() - timedelta(days=3)
        self.assertEqual(self.get_row().state, 'late')
        self.assertIn("workers", self.get_row().message)
        self.run_cron('ir_cron_health')
        to_do = self.get_to_dos()
        self.assertEqual(len(to_do), 1)
        self.assertNotIn(SECRET, to_do.summary)
        self.run_cron()
        self.run_cron('ir_cron_health')
        self.assertFalse(self.get_to_dos())
        cron.nextcall = fields.Datetime.now() - timedelta(days=3)
        self.run_cron('ir_cron_health')
        self.assertEqual(len(self.get_to_dos()), 1, "and it comes again")

    def test_failing_as_a_whole(self):
        def fails(demands):
            raise UserError(SECRET)

        with patch.object(type(self.env['outreach.demand']), '_cron_reopen', fails), mute_logger(CRON_LOG):
            for state in ('failed', 'failing'):
                self.run_cron()
                row = self.get_row()
                self.assertEqual((row.state, row.error), (state, 'UserError'))
        self.assertEqual(row.failure_count, 2)
        self.assertTrue(row.first_failure_date)
        self.assertNotIn(SECRET, str(row.read()))
        # as core does after a week of it
        self.env.ref(f'{MODULE}.{REOPEN}').write({'active': False, 'failure_count': 0, 'first_failure_date': False})
        row = self.get_row()
        self.assertEqual(row.state, 'failing')
        self.assertIn("switched it off", row.message)
        row.action_switch_on()
        self.assertEqual(self.get_row().state, 'ok')
        self.env.cr.execute('UPDATE ir_cron SET outreach_last_success = NULL, lastcall = NULL')
        self.assertFalse(self.get_row().last_success)
        row.action_run()
        self.assertTrue(self.get_row().last_success)

    def test_printer(self):
        """Administrators and monitoring are told that it is missing, as no alarm; the button for the database does not offer itself."""
        Report = type(self.env['ir.actions.report'])
        for found, state in (('ok', 'ok'), ('upgrade', 'ok'), ('install', 'failed'), ('broken', 'failed')):
            with self.subTest(found=found), patch.object(Report, 'get_wkhtmltopdf_state', lambda report, found=found: found):
                row = self.get_row('printer')
                self.assertEqual((row.state, row.can_put_right, row.can_run), (state, False, False))
                self.assertEqual("Install the package" in (row.message or ''), state == 'failed')
                self.assertEqual(row in self.Health.search([('state', '=', 'failed')]), state == 'failed')
                report = self.Health._get_report()
                self.assertEqual(report['status'], 'ok')
                self.assertIn({'code': 'printer', 'state': state}, report['checks'])
                self.assertEqual(self.get_row('database').state, 'ok')

    def test_switched_off(self):
        self.env.ref(f'{MODULE}.{REOPEN}').active = False
        row = self.get_row()
        self.assertEqual(row.state, 'off')
        self.assertTrue(row.can_switch_on)
        self.assertIn(row, self.Health.search([('state', 'in', ['off', 'late'])]))
        self.run_cron('ir_cron_health')
        self.assertFalse(self.get_to_dos(), "somebody wanted it so")

    def test_people_are_not_counted(self):
        self.env['outreach.candidate'].with_user(self.user_job).create(
            [{'status': 'paused', 'paused_until': self.today - timedelta(days=days)} for days in (1, 5, 9)]
        )
        row = self.get_row('ir_cron_candidate_available')
        self.assertEqual((row.due, row.due_since), ("some", False))
        [check] = [check for check in self.Health._get_report()['checks'] if check['code'] == 'ir_cron_candidate_available']
        self.assertEqual((check['due'], check['due_since'], check['failed']), (True, None, False))

    def test_for_administrators(self):
        row = self.get_row()
        for key in ('econ', 'job', 'manager', 'dpo', 'internal', 'portal'):
            user = getattr(self, f'user_{key}')
            with self.subTest(user=key):
                with self.assertRaises(AccessError):
                    row.with_user(user).read(['code'])
                for action in ('action_run', 'action_switch_on', 'action_open'):
                    with self.assertRaises(AccessError):
                        getattr(row.with_user(user), action)()
                for action in ('action_draw_health_token', 'action_take_health_token_back'):
                    with self.assertRaises(AccessError):
                        getattr(self.env['res.config.settings'].with_user(user), action)()
                with self.assertRaises(AccessError):
                    self.env['outreach.job.failure'].with_user(user).search([])
        with self.assertRaises(AccessError):
            self.env['outreach.job.failure'].with_user(self.admin).search([])

    def test_queries_do_not_grow(self):
        counts = []
        for size in (2, 30):
            bad = self.create_due(size)
            with self.break_for(bad), mute_logger(MIXIN_LOG):
                self.run_cron()
            self.Health._get_report()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.Health._get_report()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 40)

    def test_other_loops(self):
        """A demand that cannot be counted, and an organisation whose figures cannot be published, stop no other."""
        bad, good = self.create_demand(name="Bad"), self.create_demand(name="Good")
        Match = type(self.env['outreach.match'])
        count = Match._count_in

        def fails(model, crowd, demands, **kwargs):
            if bad.id in {getattr(demand, 'id', demand) for demand in demands}:
                raise UserError(SECRET)
            return count(model, crowd, demands, **kwargs)

        with patch.object(Match, '_count_in', fails), mute_logger(MIXIN_LOG):
            self.run_cron('ir_cron_count_matches')
        counted = self.env['outreach.match.count'].search([('date', '>=', 'today')]).demand_id
        self.assertIn(good, counted)
        self.assertNotIn(bad, counted)
        row = self.get_row('ir_cron_count_matches')
        self.assertEqual((row.failed, row.error), ('1', 'UserError'))

        house = self.env['res.company'].create({'name': "Second County"})
        self.env['outreach.figure'].search([('day', '=', fields.Date.today())]).unlink()
        Figure = type(self.env['outreach.figure'])
        publish = Figure._publish

        def fails_for_first(figures, company=None):
            if company != house:
                raise UserError(SECRET)
            return publish(figures, company)

        with patch.object(Figure, '_publish', fails_for_first), mute_logger(MIXIN_LOG):
            self.run_cron('ir_cron_publish_figures')
        self.assertTrue(self.env['outreach.figure'].search([('company_id', '=', house.id)]))
        self.assertEqual(self.get_row('ir_cron_publish_figures').error, 'UserError')


class TestHealthDatabase(HealthCommon):
    """What searches need of the database, see `tests/whole/test_restore.py` for real restores."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(setattr, cls.registry, 'registry_invalidated', False)

    def test_indexes(self):
        row = self.get_row('database')
        self.assertEqual((row.state, row.message, row.can_put_right), ('ok', False, False))
        for index in ('res_partner__outreach_search_key_index', 'outreach_responsibility_partner_agency_uniq'):
            self.env.cr.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
            [definition] = self.env.cr.fetchone()
            with self.subTest(index=index):
                self.env.cr.execute(f'DROP INDEX {index}')
                row = self.get_row('database')
                self.assertEqual(row.state, 'failing')
                self.assertIn(index, row.message)
                for user in (self.user_manager, self.user_dpo):
                    with self.assertRaises(AccessError):
                        row.with_user(user).action_put_right()
                self.assertEqual(row.action_put_right()['params']['type'], 'success')
                self.assertEqual(self.get_row('database').state, 'ok')
                self.env.cr.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
                self.assertEqual(self.env.cr.fetchone(), (definition,))

    def test_function_that_may_not_be_indexed_with(self):
        """As after a plain restore, and an update that then made an index without it."""
        if not self.registry.has_unaccent:
            self.skipTest("this database does not have the extension unaccent")
        index = 'res_partner__outreach_search_key_index'
        self.env.cr.execute(f'DROP INDEX {index}')
        self.env.cr.execute(f'CREATE INDEX {index} ON res_partner USING gin (outreach_search_key gin_trgm_ops)')
        row = self.get_row('database')
        self.assertIn(index, row.message)
        row.action_put_right()
        self.env.cr.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        self.assertIn('unaccent', self.env.cr.fetchone()[0])

    def test_what_the_data_do_not_allow(self):
        """Two lines where one may be: the index stays missing, and is named."""
        self.env['outreach.responsibility'].create({'partner_id': self.company.id, 'agency_id': self.agency_econ.id})
        self.env.flush_all()
        self.env.cr.execute('DROP INDEX outreach_responsibility_partner_agency_uniq')
        self.env.cr.execute(
            'INSERT INTO outreach_responsibility (partner_id, agency_id, company_id)'
            ' SELECT partner_id, agency_id, company_id FROM outreach_responsibility WHERE partner_id = %s',
            [self.company.id],
        )
        with mute_logger('odoo.sql_db'):
            answer = self.get_row('database').action_put_right()
        self.assertEqual(answer['params']['type'], 'warning')
        self.assertIn('outreach_responsibility_partner_agency_uniq', answer['params']['message'])


class TestHealthHttp(AsciiCookieMixin, HealthCommon, HttpCase):
    def ask(self, token=None, status=None, **headers):
        if token is not None:
            headers['Authorization'] = f'Bearer {token}'
        response = self.url_open('/outreach/health', headers=headers, allow_redirects=False)
        if status:
            self.assertEqual(response.status_code, status, response.text[:300])
        return response

    def draw(self):
        action = self.env['res.config.settings'].with_user(self.admin).create({}).action_draw_health_token()
        return action['context']['default_token']

    def test_nobody_is_told_without_a_token(self):
        unknown = self.url_open('/outreach/no-such-page')
        self.assertEqual(unknown.status_code, 404)
        self.ask(status=404)
        self.ask('', status=404)
        self.ask('x' * 43, status=404)
        token = self.draw()
        self.assertGreater(len(token), 40)
        for wrong in ('', 'x', token[:-1], f'{token}x', token.swapcase(), 'ü'):
            answer = self.ask(wrong, status=404)
            self.assertNotIn('ir_cron', answer.text)
        self.url_open(f'/outreach/health?token={token}')
        self.assertEqual(self.url_open(f'/outreach/health?token={token}').status_code, 404, "no secrets in addresses")
        self.authenticate(self.admin.login, self.admin.login)
        self.ask(status=404)

    def test_token_is_not_stored(self):
        token = self.draw()
        self.ask(token, status=200)
        self.assertNotIn(token, self.env['ir.config_parameter'].get_param(outreach_health.TOKEN))
        self.assertNotIn(token, str(self.env['outreach.health.token'].search([]).read()))
        defaults = self.env['res.config.settings'].with_user(self.user_internal).default_get(list(self.env['res.config.settings']._fields))
        self.assertNotIn(self.env['ir.config_parameter'].get_param(outreach_health.TOKEN), str(defaults))
        other = self.draw()
        self.ask(token, status=404)
        self.ask(other, status=200)
        self.env['res.config.settings'].with_user(self.admin).create({}).action_take_health_token_back()
        self.ask(other, status=404)

    def test_name_of_the_scheme(self):
        token = self.draw()
        for scheme, status in (('bearer', 200), ('BEARER', 200), ('Basic', 404), ('xbearer', 404)):
            self.ask(status=status, Authorization=f'{scheme} {token}')

    def test_states(self):
        token = self.draw()
        response = self.ask(token, status=200)
        self.assertEqual(response.json()['status'], 'ok')
        told = {check['code'] for check in response.json()['checks'] if 'due' in check}
        self.assertEqual(told, set(self.Health.search([('cron_id', '!=', False)]).mapped('code')))
        self.assertEqual(response.headers['Cache-Control'], 'no-store')
        self.assertEqual(response.headers['X-Robots-Tag'], 'noindex')
        self.env.ref(f'{MODULE}.{REOPEN}').nextcall = fields.Datetime.now() - timedelta(days=3)
        self.env.flush_all()
        report = self.ask(token, status=503).json()
        self.assertEqual(report['status'], 'alarm')
        self.assertEqual([check['code'] for check in report['checks'] if check['state'] == 'late'], [REOPEN])

    def test_not_by_post(self):
        self.assertIn(self.url_open('/outreach/health', data={'a': '1'}).status_code, (400, 404, 405))
