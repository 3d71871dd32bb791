"""One face to the company: no way in plans a conflicting contact without a decision that is kept."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger

from ..common import OutreachCommon

NEEDS = "needs a decision"


class GuardCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.soon = cls.at(5, hour=9)
        cls.theirs = cls.create_visit(team=cls.user_job, user=cls.user_job, start=cls.soon)

    def assertConflict(self, attempt, words=NEEDS):
        """`attempt` is refused with these words, and leaves nothing behind."""
        before = self.env['outreach.visit'].search_count([])
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            attempt()
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.env['outreach.visit'].search_count([]), before)

    def plan(self, days=2, **values):
        return self.create_visit(start=self.soon + timedelta(days=days), **values)


class TestGuardWaysIn(GuardCommon):
    """Economic development meets an appointment of the job centre, on every path."""

    def test_precondition(self):
        """What the other tests call a conflict is none at another company, or in half a year."""
        self.plan(company=self.other_company)
        self.plan(days=180)

    def test_create(self):
        self.assertConflict(self.plan)
        self.assertConflict(lambda: self.plan(stage='confirmed'))
        self.assertConflict(lambda: self.plan(member_ids=[]))
        self.assertConflict(lambda: self.plan(anyway_reason="  "))

    def test_words(self):
        visit = self.create_visit(
            team=self.user_migration, stage='done', user=self.user_job, start=fields.Datetime.now() - timedelta(days=9)
        )
        with self.assertRaises(UserError) as caught:
            self.plan()
        text = caught.exception.args[0]
        for words in (
            "Probewerk",
            "Test Job Centre (Test Job): appointment in 5 days (Test Visit",
            "Test Migration Centre was there 9 days ago (Test Visit",
            "Join the appointment, hand the topic over",
        ):
            self.assertIn(words, text)
        self.assertTrue(visit)

    def test_form(self):
        form = Form(self.env['outreach.visit'].with_user(self.user_econ))
        form.partner_id = self.company
        form.kind_id = self.kind
        form.start = self.soon + timedelta(days=2)
        self.assertEqual(form.guard_state, 'decide')
        self.assertEqual([(reason['code'], reason['visit_id']) for reason in form.guard_reasons], [('other_planned', self.theirs.id)])
        self.assertConflict(form.save)
        form.anyway_reason = "They asked for us by name"
        visit = form.save()
        self.assertEqual(visit.decision_ids.reason, "They asked for us by name")
        self.assertEqual(visit.guard_state, 'note', "decided upon")

    def test_move(self):
        visit = self.plan(days=100)
        self.assertConflict(lambda: visit.write({'start': self.soon + timedelta(days=1)}))
        self.assertConflict(
            lambda: visit.event_id.with_user(self.user_econ).write(
                {'start': self.soon + timedelta(days=1), 'stop': self.soon + timedelta(days=1, hours=1)}
            )
        )
        self.assertEqual(visit.start, self.soon + timedelta(days=100))
        self.assertEqual(visit.event_id.start, visit.start)
        visit.write({'start': self.soon + timedelta(days=1), 'anyway_reason': "Only that day suits them"})
        visit.event_id.with_user(self.user_econ).write({'start': self.soon + timedelta(days=3), 'stop': self.soon + timedelta(days=4)})
        self.assertEqual(visit.start, self.soon + timedelta(days=3), "the same pair was decided upon")

    def test_other_changes(self):
        visit = self.plan(company=self.other_company)
        self.assertConflict(lambda: visit.write({'partner_id': self.company.id}))
        self.kind_call.guard_days_back = 7
        call = self.plan(days=10, kind_id=self.kind_call.id)
        self.assertConflict(lambda: call.write({'kind_id': self.kind.id}))
        cancelled = self.plan(days=100)
        cancelled._cancel("snow")
        cancelled.start = self.soon + timedelta(days=1)
        self.assertConflict(cancelled.action_reset)
        done = self.create_visit(stage='done', start=fields.Datetime.now() - timedelta(minutes=5))
        self.assertConflict(done.action_reset)
        self.assertConflict(lambda: done.copy({'start': self.soon}))

    def test_team(self):
        """A conflict also arises when an agency leaves a team, on either model."""
        joint = self.plan(team=self.user_econ | self.user_job)
        ours = joint.member_ids.filtered(lambda member: member.user_id == self.user_job)
        self.assertConflict(lambda: joint.write({'member_ids': [Command.delete(ours.id)]}))
        self.assertConflict(lambda: ours.with_user(self.user_econ).unlink())
        self.assertConflict(lambda: ours.with_user(self.user_econ).write({'user_id': self.user_migration.id}))
        self.assertEqual(joint.user_ids, self.user_econ | self.user_job)
        alone = self.create_visit(self.other_company, team=self.user_job, start=self.soon)
        self.plan(company=self.other_company, team=self.user_job)
        alone.write({'member_ids': [Command.clear(), Command.create({'user_id': self.user_job.id})]})
        self.assertEqual(alone.user_ids, self.user_job, "exchanged in one go: only the result counts")

    @users('test_econ')
    def test_load(self):
        columns = ['partner_id/.id', 'kind_id/.id', 'start', 'member_ids/user_id/.id']
        row = [str(self.company.id), str(self.kind.id), fields.Datetime.to_string(self.soon), str(self.env.user.id)]
        answer = self.env['outreach.visit'].load(columns, [row])
        self.assertFalse(answer['ids'])
        self.assertIn(NEEDS, answer['messages'][0]['message'])
        answer = self.env['outreach.visit'].load([*columns, 'anyway_reason'], [[*row, "Agreed on the phone"]])
        self.assertFalse(answer['messages'])
        visit = self.env['outreach.visit'].browse(answer['ids'])
        self.assertEqual(visit.decision_ids.reason, "Agreed on the phone")

    def test_automation(self):
        """The system itself and administrators need a decision as well, and the context is no way around."""
        for user in (self.env.ref('base.user_root'), self.env.ref('base.user_admin'), self.user_manager):
            self.assertConflict(lambda user=user: self.plan(user=user, team=self.user_econ))
        visits = (
            self.env['outreach.visit']
            .with_user(self.user_econ)
            .with_context(import_file=True, install_mode=True, tracking_disable=True, **{'outreach.visit.guard': True})
        )
        self.assertConflict(lambda: visits.create({'partner_id': self.company.id, 'kind_id': self.kind.id, 'start': self.soon}))

    def test_facts_are_no_plans(self):
        """What took place is logged without a question, and what is past cannot be prevented."""
        self.create_visit(stage='done', start=fields.Datetime.now() - timedelta(hours=3))
        self.create_visit(start=fields.Datetime.now() - timedelta(days=2))
        visit = self.plan(days=100)
        visit.write({'report_text': "Nothing new", 'location': "Gate 3"})
        self.theirs.with_user(self.user_job).report_text = "Prepared"

    def test_two_in_one_call(self):
        values = {'partner_id': self.other_company.id, 'kind_id': self.kind.id, 'start': self.soon}
        self.assertConflict(
            lambda: self.env['outreach.visit'].create(
                [{**values, 'member_ids': [Command.create({'user_id': user.id})]} for user in (self.user_econ, self.user_job)]
            )
        )


class TestGuardDecisions(GuardCommon):
    def test_join(self):
        """One click: in the team, in the calendar, a joint visit, and nothing left to decide."""
        topic = self.env['outreach.topic'].create({'name': "Test Topic"})
        action = self.theirs.with_user(self.user_econ).action_join(topic_ids=topic.ids)
        self.assertEqual((action['res_model'], action['res_id']), ('outreach.visit', self.theirs.id))
        self.assertTrue(self.theirs.is_joint)
        self.assertIn(topic, self.theirs.topic_ids)
        self.assertIn(self.user_econ.partner_id, self.theirs.event_id.partner_ids)
        self.theirs.with_user(self.user_econ).action_join()
        self.assertEqual(len(self.theirs.member_ids), 2, "joined twice is joined once")
        own = self.plan(days=1)  # whoever goes along may come back the next day
        self.theirs.with_user(self.user_econ).action_join(instead_of_id=own.id)
        self.assertEqual(own.stage, 'cancelled')
        self.assertIn("Joined instead", own.cancel_reason)

    @mute_logger('odoo.addons.base.models.ir_model')
    def test_who_may_join(self):
        with self.assertRaises(AccessError):
            self.theirs.with_user(self.user_migration).action_join()
        with self.assertRaises(AccessError):
            self.theirs.with_user(self.user_portal).action_join()
        with self.assertRaisesRegex(UserError, "no agency"):
            self.theirs.with_user(self.user_manager).action_join()
        self.theirs._cancel("snow")
        with self.assertRaisesRegex(UserError, "not planned any more"):
            self.theirs.with_user(self.user_econ).action_join()

    def test_decision_is_kept(self):
        visit = self.plan(anyway_reason="The mayor asked us to")
        decision = visit.decision_ids
        self.assertEqual((decision.user_id, decision.agency_id), (self.user_econ, self.agency_econ))
        self.assertEqual(decision.partner_id, self.company)
        self.assertIn("Test Job Centre (Test Job): appointment in 5 days", decision.conflicts)
        self.assertEqual(decision.conflict_keys, [f'visit:{self.theirs.id}'])
        self.assertFalse(self.plan(company=self.other_company, anyway_reason="Just so").decision_ids, "nothing to decide")

    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model')
    def test_decision_cannot_be_made_up(self):
        visit = self.plan(anyway_reason="The mayor asked us to")
        Decision = self.env['outreach.contact.decision']
        for user in (self.user_econ, self.user_job, self.user_manager):
            for attempt in (
                lambda user=user: Decision.with_user(user).create(
                    {'visit_id': visit.id, 'user_id': user.id, 'reason': "x", 'conflicts': "x", 'conflict_keys': ['visit:1']}
                ),
                lambda user=user: visit.decision_ids.with_user(user).write({'reason': "x"}),
                lambda user=user: visit.decision_ids.with_user(user).unlink(),
                lambda user=user: visit.with_user(user).write({'decision_ids': [Command.clear()]}),
                lambda user=user: self.plan(
                    days=3,
                    user=user,
                    team=self.user_econ,
                    decision_ids=[
                        Command.create({'user_id': user.id, 'reason': "x", 'conflicts': "x", 'conflict_keys': [f'visit:{self.theirs.id}']})
                    ],
                ),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    attempt()
        self.assertEqual(visit.decision_ids.reason, "The mayor asked us to")

    def test_settles_both_sides_of_a_pair(self):
        self.plan(anyway_reason="The mayor asked us to")
        self.theirs.with_user(self.user_job).start += timedelta(days=1)
        late = self.create_visit(
            team=self.user_migration, user=self.user_job, start=self.soon + timedelta(days=20), anyway_reason="Their own matter"
        )
        self.assertEqual(len(late.decision_ids.conflict_keys), 2)
        self.assertEqual(late.with_user(self.user_econ).guard_state, 'note')
        self.assertConflict(lambda: self.create_visit(team=self.user_migration, user=self.user_job, start=self.soon))

    def test_decide_later(self):
        """A conflict from before the guard, or from wider windows, is shown, and can be decided upon when one likes."""
        self.kind.guard_days_ahead = self.kind.guard_days_back = 1
        visit = self.plan(days=3)
        self.kind.guard_days_ahead = self.kind.guard_days_back = 30
        self.assertEqual(visit.guard_state, 'decide')
        visit.topic_ids = [Command.clear()]
        visit.member_ids = [Command.create({'user_id': self.user_migration.id})]
        visit.anyway_reason = "Agreed with the job centre"
        self.env.invalidate_all()
        self.assertEqual((visit.guard_state, len(visit.decision_ids)), ('note', 1))

    def test_windows(self):
        """The shorter window of the two kinds counts; 0 switches the guard off for a kind."""
        self.kind_call.write({'guard_days_back': 7, 'guard_days_ahead': 7})
        self.plan(days=8, kind_id=self.kind_call.id)
        self.assertConflict(lambda: self.plan(days=7, kind_id=self.kind_call.id))
        self.assertConflict(lambda: self.plan(days=-7 + 3, kind_id=self.kind_call.id))
        self.kind_call.write({'guard_days_back': 0, 'guard_days_ahead': 0})
        self.plan(days=0, kind_id=self.kind_call.id)

    def test_colleague(self):
        colleague = self.create_user('job2', 'maßarbeit_outreach.group_job_centre')
        self.agency_job.user_ids += colleague
        self.assertConflict(lambda: self.plan(team=colleague, user=colleague))
        self.plan(team=colleague | self.user_job, user=colleague)

    def test_time_zone(self):
        """The day is the officer's: shortly before midnight in UTC is tomorrow in Bramsche."""
        reasons = self.env['outreach.visit'].with_user(self.user_econ).with_context(tz='Europe/Berlin')
        self.assertEqual(reasons._get_guard_day('2026-07-01 22:30:00'), date(2026, 7, 2))

    def test_wishes(self):
        self.other_company.outreach_blocked_until = fields.Date.context_today(self.env.user) + timedelta(days=20)
        self.assertConflict(lambda: self.plan(company=self.other_company), "asked for no contact until")
        visit = self.plan(company=self.other_company, anyway_reason="They called us")
        self.assertEqual(visit.decision_ids.conflict_keys, [f'quiet:{self.other_company.outreach_blocked_until}'])
        self.other_company.write({'outreach_blocked_until': False, 'outreach_max_contacts': 1})
        self.assertConflict(lambda: visit.copy({'start': visit.start}), "reached its limit of 1 contacts per month")
        self.other_company.write({'outreach_max_contacts': 0, 'outreach_consent_phone': 'refused'})
        self.assertConflict(lambda: self.plan(company=self.other_company, kind_id=self.kind_call.id), "does not want")
        self.plan(company=self.other_company)

    def test_stop(self):
        mailing = self.env['outreach.visit.kind'].create({'name': "Test Mailing", 'channel': 'email', 'is_mass': True})
        self.other_company.outreach_consent_email = 'refused'
        self.assertConflict(
            lambda: self.plan(company=self.other_company, kind_id=mailing.id, anyway_reason="Good offer"), "cannot be contacted"
        )
        visit = self.plan(company=self.other_company)
        self.other_company.with_user(self.user_manager).outreach_vetting = 'blocked'
        self.assertEqual(visit.guard_state, 'stop')
        self.assertConflict(lambda: visit.write({'start': visit.start + timedelta(days=1), 'anyway_reason': "Please"}), "blocked")

    def test_commitments_are_noted(self):
        self.env['outreach.promise'].with_user(self.user_job).create({'name': "Send the leaflet", 'partner_id': self.other_company.id})
        self.env['outreach.referral'].with_user(self.user_econ).create(
            {'name': "Land", 'partner_id': self.other_company.id, 'to_agency_id': self.agency_immigration.id}
        )
        visit = self.plan(company=self.other_company)
        self.assertEqual(visit.guard_state, 'note')
        texts = ' '.join(reason['text'] for reason in visit.guard_reasons)
        self.assertIn("Test Job Centre has promised something", texts)
        self.assertIn("referred to Test Immigration Office", texts)
        self.assertNotIn("leaflet", texts)

    def test_other_organisation(self):
        """Contacts of another county's organisation are neither counted nor shown."""
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('stranger', 'maßarbeit_outreach.group_job_centre')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        visit = (
            self.env['outreach.visit']
            .with_user(stranger)
            .create({'partner_id': self.company.id, 'kind_id': self.kind.id, 'start': self.soon, 'company_id': elsewhere.id})
        )
        self.assertFalse(visit.guard_reasons)


class TestGuardQueries(GuardCommon):
    def test_constant(self):
        """As many queries for fifty companies as for one, and as many contacts as one likes."""
        companies = self.env['res.partner'].create([{'name': f"Test Company {n}", 'is_company': True} for n in range(50)])
        for company in companies[:20]:
            self.create_visit(company, team=self.user_job, user=self.user_job, start=self.soon)
        visits = self.env['outreach.visit'].with_user(self.user_econ)

        def count(number):
            plans = [
                {
                    'partner_id': company.id,
                    'kind_id': self.kind.id,
                    'start': self.soon,
                    'user_ids': self.user_econ.ids,
                    'agency_ids': self.agency_econ.ids,
                }
                for company in companies[:number]
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = visits._get_guard_reasons(plans)
            self.assertEqual(sum(map(bool, found)), min(number, 20))
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(50), count(1))
        self.assertLessEqual(count(50), 15)
