import importlib.util
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tools.sql import column_exists

from ..common import OutreachCommon

SCRIPT = Path(__file__).resolve().parents[2] / 'migrations/19.0.1.1.0/post-promises.py'


class TestPromiseMigration(OutreachCommon):
    """Old next steps, as 19.0.1.0.0 kept them, in a database that is updated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        spec = importlib.util.spec_from_file_location('post_promises', SCRIPT)
        cls.script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(cls.script)
        cls.env.flush_all()
        cls.env.cr.execute("""
            ALTER TABLE outreach_visit
                ADD COLUMN next_step varchar,
                ADD COLUMN next_step_user_id integer,
                ADD COLUMN next_step_date date,
                ADD COLUMN next_step_activity_id integer REFERENCES mail_activity ON DELETE SET NULL
        """)

    def create_old(self, step, user=None, date='2026-03-01', activity=False, **values):
        """A visit with a next step, and its to-do if the visit took place."""
        visit = self.create_visit(anyway_reason="test", **values)
        to_do = (
            visit.activity_schedule('mail.mail_activity_data_todo', summary=step, user_id=user.id, date_deadline=date) if activity else None
        )
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE outreach_visit SET next_step = %s, next_step_user_id = %s, next_step_date = %s, next_step_activity_id = %s'
            ' WHERE id = %s',
            [step, user and user.id, date, to_do and to_do.id, visit.id],
        )
        return visit, to_do

    def migrate(self):
        self.env.flush_all()
        self.script.migrate(self.env.cr, '19.0.1.0.0')
        self.env.invalidate_all()

    def test_nothing_is_lost(self):
        still_open, to_do = self.create_old("Send the leaflet", self.user_econ, activity=True, stage='done')
        answered, done = self.create_old("Call", self.user_job, activity=True, stage='done', team=self.user_job)
        done.with_user(self.user_job).action_feedback("called")
        silent, silent_done = self.create_old("Write", self.user_job, activity=True, stage='done')
        silent_done.with_user(self.user_job).action_done()
        dropped, thrown = self.create_old("Ask", self.user_econ, activity=True, stage='done')
        thrown.unlink()
        planned, __ = self.create_old("Bring the flyer", None, date=None)
        stranger, __ = self.create_old("Look", self.user_internal)
        without, __ = self.create_old(" ", None, date=None)
        self.migrate()
        promise = still_open.promise_ids
        self.assertEqual(
            (promise.name, promise.side, promise.state, promise.user_id, promise.agency_id, promise.partner_id, promise.company_id),
            ("Send the leaflet", 'agency', 'open', self.user_econ, self.agency_econ, self.company, still_open.company_id),
        )
        self.assertEqual(promise.date_deadline, fields.Date.to_date('2026-03-01'))
        self.assertEqual(promise.activity_ids, to_do)
        self.assertEqual((to_do.res_model, to_do.res_id, to_do.res_name), ('outreach.promise', promise.id, "Send the leaflet"))
        self.assertFalse(still_open.activity_ids)
        self.assertEqual(
            (answered.promise_ids.state, answered.promise_ids.outcome, answered.promise_ids.agency_id), ('kept', "called", self.agency_job)
        )
        self.assertTrue(answered.promise_ids.date_closed)
        self.assertEqual((silent.promise_ids.state, silent.promise_ids.outcome), ('kept', "Done"))
        self.assertEqual((dropped.promise_ids.state, dropped.promise_ids.activity_ids), ('open', self.env['mail.activity']))
        self.assertEqual(
            (planned.promise_ids.user_id, planned.promise_ids.date_deadline), (self.user_econ, planned.start.date() + timedelta(days=14))
        )
        self.assertEqual(planned.promise_ids.activity_ids.summary, "Bring the flyer")
        self.assertEqual(stranger.promise_ids.agency_id, self.agency_econ, "who is in no agency goes with the team's")
        self.assertFalse(without.promise_ids)
        for column in self.script.COLUMNS:
            self.assertFalse(column_exists(self.env.cr, 'outreach_visit', column), column)
        to_do.with_user(self.user_econ).action_feedback("sent")
        self.assertEqual(promise.state, 'kept')
        self.migrate()  # twice does no harm
        self.assertEqual(len(still_open.promise_ids), 1)

    def test_no_agency_at_all(self):
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        visit, __ = self.create_old("Send the leaflet", self.user_econ, report_text="Old report", member_ids=[])
        self.env.cr.execute('UPDATE outreach_visit SET company_id = %s WHERE id = %s', [elsewhere.id, visit.id])
        self.migrate()
        self.assertFalse(visit.sudo().promise_ids)
        self.assertEqual(visit.sudo().report_text, "Old report\nSend the leaflet")
