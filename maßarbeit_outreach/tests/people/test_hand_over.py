"""The officer who leaves: what was theirs is listed, and goes to a colleague."""

import re

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.company.outreach_holding import TO_DO
from ..common import MODULE, OutreachCommon


@tagged('post_install', '-at_install')
class TestHandOver(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.outreach_staff_figures = True
        cls.leaver = cls.create_user('leaver', f'{MODULE}.group_job_centre')
        cls.heir = cls.create_user('heir', f'{MODULE}.group_job_centre')
        cls.agency_job.user_ids += cls.leaver | cls.heir
        cls.lines = cls.env['outreach.responsibility'].create(
            [
                {'partner_id': company.id, 'agency_id': cls.agency_job.id, 'user_id': cls.leaver.id}
                for company in (cls.company, cls.other_company)
            ]
        )
        cls.visit = cls.create_visit(user=cls.leaver, team=cls.leaver)
        cls.past = cls.create_visit(user=cls.leaver, team=cls.leaver, stage='done')
        cls.promise = cls.env['outreach.promise'].with_user(cls.leaver).create({'partner_id': cls.company.id, 'name': "Test Promise"})
        cls.demand = cls.create_demand(user=cls.leaver)
        cls.filled = cls.create_demand(user=cls.leaver, name="Something Else", stage='filled')
        cls.candidates = cls.env['outreach.candidate'].with_user(cls.leaver).create([{'municipality_id': cls.melle.id}, {}])
        cls.to_do = cls.demand.activity_schedule('mail.mail_activity_data_todo', user_id=cls.leaver.id, summary="Call back")
        cls.env.flush_all()

    def get_holdings(self, reader, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env['outreach.holding'].with_user(reader).search([('user_id', '=', (user or self.leaver).id)])

    def get_counts(self, reader, user=None):
        return self.env['outreach.holding'].with_user(reader)._get_counts(user or self.leaver)[(user or self.leaver).id]

    def open_dialog(self, user, **values):
        action = self.get_holdings(user).action_hand_over()
        dialog = self.env['outreach.hand.over'].with_user(user).browse(action['res_id'])
        dialog.write({'to_user_id': self.heir.id, **values})
        return dialog

    def get_news(self, user):
        return self.env['mail.activity'].search([('activity_type_id', '=', self.env.ref(TO_DO).id), ('user_id', '=', user.id)])

    def test_list(self):
        row = self.get_holdings(self.user_manager)
        self.assertTrue(row.is_here)
        self.assertEqual(row.agency_id, self.agency_job)
        counts = self.get_counts(self.user_manager)
        self.assertEqual(
            {key: counts[key] for key in ('responsibility', 'visit', 'promise', 'demand')},
            {'responsibility': 2, 'visit': 1, 'promise': 1, 'demand': 1},
        )
        self.assertEqual(row.total, sum(counts.values()))
        self.assertGreaterEqual(counts['to_do'], 1)
        for reader in (self.user_econ, self.user_dpo, self.user_helper, self.user_internal, self.user_portal):
            with self.subTest(reader=reader.login), self.assertRaises(AccessError):
                self.env['outreach.holding'].with_user(reader).search([])

    def test_no_figures_by_name(self):
        """§ 67 (1) no. 2 NPersVG: of a colleague who is here, no more than the dialog needs; of who has left, all of it."""
        self.env.company.outreach_staff_figures = False
        row = self.get_holdings(self.user_manager)
        self.assertEqual((row.total, row.summary), (0, ''))
        self.assertTrue(self.get_holdings(self.leaver).total, "one's own")
        self.assertTrue(self.open_dialog(self.user_manager).line_ids)
        self.leaver.active = False
        self.env.invalidate_all()
        row = self.get_holdings(self.user_manager)
        self.assertTrue(row.total and row.summary)

    def test_candidates_are_told_to_those_who_see_them(self):
        self.assertNotIn('candidate', self.get_counts(self.user_manager))
        self.assertNotIn("Candidates", self.get_holdings(self.user_manager).summary)
        self.assertEqual(self.get_counts(self.user_job)['candidate'], 2)
        self.assertIn("Candidates: 2", self.get_holdings(self.user_job).summary)
        only_people = self.create_user('only_people', f'{MODULE}.group_job_centre')
        self.candidates.sudo().user_id = only_people
        self.assertFalse(self.get_holdings(self.user_manager, only_people))
        self.assertTrue(self.get_holdings(self.user_job, only_people))

    def test_all_of_it(self):
        dialog = self.open_dialog(self.user_manager)
        self.assertEqual(set(dialog.line_ids.mapped('kind')) - {'lead'}, {'responsibility', 'to_do', 'visit', 'promise', 'demand'})
        self.assertEqual(sum(dialog.line_ids.mapped('count')), self.get_holdings(self.user_manager).total)
        dialog.action_hand_over()
        self.assertTrue(dialog.is_done)
        self.assertIn("Test Heir", dialog.result)
        self.assertEqual(self.lines.user_id, self.heir)
        self.assertEqual(self.visit.member_ids.user_id, self.heir)
        self.assertIn(self.heir.partner_id, self.visit.event_id.partner_ids)
        self.assertEqual((self.promise.user_id, self.promise.activity_ids.user_id), (self.heir, self.heir))
        self.assertEqual((self.demand.user_id, self.to_do.user_id), (self.heir, self.heir))
        self.assertEqual(self.past.member_ids.user_id, self.leaver, "what was, was theirs")
        self.assertEqual(self.filled.user_id, self.leaver)
        self.assertEqual(self.candidates.user_id, self.leaver, "not a manager's business")
        self.assertFalse(self.get_holdings(self.user_manager))
        self.assertEqual(self.get_counts(self.user_job), {'candidate': 2})
        self.assertEqual(self.lines.mapped('write_uid'), self.user_manager)
        news = self.env['mail.activity'].search([('user_id', '=', self.heir.id), ('res_model', '=', False)])
        self.assertEqual(len(news), 1)
        with self.assertRaises(UserError):
            self.env['outreach.hand.over'].with_user(self.user_manager)._open(self.leaver)

    def test_candidates(self):
        dialog = self.open_dialog(self.user_job)
        dialog.line_ids.filtered(lambda line: line.kind != 'candidate').is_chosen = False
        dialog.to_user_id = self.user_econ
        dialog.action_hand_over()
        self.assertEqual(self.candidates.user_id, self.leaver, "may not see them")
        self.assertIn("Could not be given: 2", dialog.result)
        dialog = self.open_dialog(self.user_job)
        dialog.line_ids.filtered(lambda line: line.kind != 'candidate').is_chosen = False
        dialog.action_hand_over()
        self.assertEqual(self.candidates.user_id, self.heir)
        self.assertEqual(self.demand.user_id, self.leaver)

    def test_warned_before(self):
        """What the dialog says before it is pressed is what stays afterwards."""
        dialog = self.open_dialog(self.user_manager)
        self.assertFalse(dialog.warning, "a colleague of the same agency")
        self.create_visit(team=self.user_econ, start=self.visit.start, anyway_reason="test")
        dialog.to_user_id = self.user_econ
        warning = dialog.warning
        self.assertIn("Goes to another agency: from Test Job Centre to", warning)
        self.assertIn("Companies: 2 stay. Test Econ does not belong to Test Job Centre.", warning)
        self.assertEqual(self.lines.user_id, self.leaver, "nothing was written")
        dialog.line_ids.filtered(lambda line: line.kind == 'responsibility').is_chosen = False
        self.assertNotIn("Companies", dialog.warning)
        dialog.line_ids.is_chosen = True
        dialog.action_hand_over()
        self.assertIn("Test Econ does not belong to Test Job Centre.", dialog.result)
        self.assertFalse(dialog.warning)

    def test_warned_of_what_the_guard_will_ask(self):
        self.create_visit(team=self.user_econ, start=self.visit.start, anyway_reason="test")
        alone = self.create_user('alone', f'{MODULE}.group_outreach_officer')
        self.agency_immigration.user_ids += alone
        dialog = self.open_dialog(self.user_manager, to_user_id=alone.id)
        foreseen = re.search(r"Planned visits: (\d+) stay", dialog.warning or '')
        dialog.action_hand_over()
        self.assertEqual(bool(foreseen), self.visit.member_ids.user_id == self.leaver, dialog.result)

    def test_warned_of_who_may_not_see_it(self):
        dialog = self.open_dialog(self.user_job, to_user_id=self.user_econ.id)
        self.assertIn("Candidates: 2 stay. Test Econ may not see it.", dialog.warning)

    def test_by_municipality(self):
        dialog = self.open_dialog(self.user_manager, municipality_id=self.melle.id)
        counts = {line.kind: line.count for line in dialog.line_ids}
        self.assertEqual((counts['responsibility'], counts['visit'], counts['to_do']), (1, 0, 0))
        dialog.action_hand_over()
        self.assertEqual(self.lines.mapped('user_id'), self.heir | self.leaver)
        self.assertEqual(self.other_company.outreach_responsibility_ids.user_id, self.heir)
        self.assertEqual(self.demand.user_id, self.leaver)

    def test_what_cannot_be_given_stays(self):
        """A colleague of another agency, who is in the team already."""
        visit = self.create_visit(user=self.leaver, team=self.leaver | self.user_econ, company=self.other_company)
        dialog = self.open_dialog(self.user_manager, to_user_id=self.user_econ.id)
        dialog.action_hand_over()
        self.assertEqual(self.lines.user_id, self.leaver)
        self.assertIn("Test Job Centre", dialog.result)
        self.assertIn("needs a decision", dialog.result, "the guard is asked as ever")
        self.assertEqual((self.visit.member_ids.user_id, self.promise.user_id), (self.leaver, self.user_econ))
        self.assertEqual(visit.member_ids.user_id, self.user_econ)
        self.assertEqual(self.demand.user_id, self.user_econ)
        for wrong in (self.user_internal, self.user_helper, self.leaver):
            with self.subTest(wrong=wrong.login), self.assertRaises(UserError):
                self.open_dialog(self.user_manager, to_user_id=wrong.id).action_hand_over()
        with self.assertRaises(AccessError):
            self.env['outreach.hand.over'].with_user(self.user_econ).create({'from_user_id': self.leaver.id})

    def test_rights_of_who_hands_over(self):
        """Whoever may only read candidates' pools is not offered them."""
        pool = self.env['outreach.pool'].with_user(self.leaver).create({'name': "Test Pool"})
        line = self.open_dialog(self.user_manager).line_ids.filtered(lambda line: line.kind == 'pool')
        self.assertFalse(line.may_give or line.is_chosen)
        line.is_chosen = True  # by RPC
        dialog = line.hand_over_id
        dialog.action_hand_over()
        self.assertEqual(pool.user_id, self.leaver)
        other = self.env['outreach.hand.over'].with_user(self.user_job).browse(dialog.id)
        with self.assertRaises(AccessError):
            other.read(['result'])

    def test_unknown_kinds(self):
        """A kind that does not exist, or that the reader may not see, is refused in words; and one whose right was taken meanwhile."""
        Dialog = self.env['outreach.hand.over'].with_user(self.user_manager)
        kinds = [kind.key for kind in Dialog.env['outreach.holding']._get_kinds()]
        self.assertNotIn('candidate', kinds, "precondition")
        for kind in ('nonsense', 'candidate'):
            with self.subTest(kind=kind), self.assertRaises(ValidationError), self.env.cr.savepoint():
                Dialog.create(
                    {
                        'from_user_id': self.leaver.id,
                        'to_user_id': self.heir.id,
                        'line_ids': [Command.create({'kind': kind, 'is_chosen': True})],
                    }
                )
        dialog = Dialog.create(
            {
                'from_user_id': self.leaver.id,
                'to_user_id': self.heir.id,
                'line_ids': [Command.create({'kind': 'demand', 'is_chosen': True})],
            }
        )
        self.env.flush_all()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            dialog.line_ids.kind = 'nonsense'
        self.cr.execute("UPDATE outreach_hand_over_line SET kind = 'candidate' WHERE id = %s", [dialog.line_ids.id])
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            dialog.line_ids.action_open()
        dialog.action_hand_over()
        self.assertIn("Nothing was chosen", dialog.result)

    def test_who_leaves_is_told_of(self):
        manager = self.create_user('manager_job', f'{MODULE}.group_outreach_manager')
        self.agency_job.user_ids += manager
        self.leaver.active = False
        to_do = self.get_news(manager)
        self.assertEqual((len(to_do), to_do.res_id), (1, self.leaver.partner_id.id))
        self.assertIn("Test Leaver", to_do.summary)
        self.assertFalse(self.get_news(self.user_manager), "the agency has a manager of its own")
        told = self.get_news(self.user_job) | self.get_news(self.heir)
        self.assertEqual(len(told), 1, "of the candidates one who may see them")
        self.assertFalse(self.get_holdings(self.user_manager).is_here)
        left = self.env['outreach.holding'].with_user(self.user_manager).search([('is_here', '=', False)])
        self.assertIn(self.leaver, left.user_id)
        self.leaver.active = True
        self.leaver.active = False
        self.assertEqual(len(self.get_news(manager)), 1)
        self.open_dialog(manager).action_hand_over()
        self.assertFalse(self.get_news(manager), "nothing is left that they see")
        self.assertTrue(told.exists())

    def test_leaving_an_agency(self):
        for way in ('agency', 'user', 'archived'):
            with self.subTest(way=way):
                self.get_news(self.user_manager).unlink()
                if way == 'agency':
                    self.agency_job.user_ids -= self.leaver
                elif way == 'user':
                    self.leaver.outreach_agency_ids = [Command.set(self.agency_econ.ids)]
                else:
                    self.agency_job.active = False
                self.assertEqual(len(self.get_news(self.user_manager).filtered(lambda to_do: to_do.res_id == self.leaver.partner_id.id)), 1)
                self.agency_job.active = True
                self.leaver.outreach_agency_ids = [Command.set(self.agency_job.ids)]

    def test_who_has_nothing_is_not_told_of(self):
        nobody = self.create_user('nobody', f'{MODULE}.group_job_centre')
        self.agency_job.user_ids += nobody
        nobody.active = False
        self.assertFalse(self.get_news(self.user_manager))
        self.agency_econ.name = "Another Name"
        self.assertFalse(self.get_news(self.user_manager))

    def test_only_candidates_are_no_news_for_managers(self):
        person = self.create_user('people', f'{MODULE}.group_job_centre')
        self.agency_job.user_ids += person
        self.candidates.sudo().user_id = person
        person.active = False
        self.assertFalse(self.get_news(self.user_manager))
        self.assertEqual(len(self.get_news(self.user_job) | self.get_news(self.heir) | self.get_news(self.leaver)), 1)

    def test_queries_do_not_grow(self):
        counts = []
        for size in (2, 20):
            users = self.create_users({f'many_{size}_{number}': (f'{MODULE}.group_job_centre', {}) for number in range(size)})
            for user in users:
                self.create_demand(user=user, name=f"Demand of {user.login}")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env['outreach.holding'].with_user(self.user_manager).search_read([], ['summary', 'total', 'user_id'])
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])
