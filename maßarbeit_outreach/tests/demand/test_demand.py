import psycopg2

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, users
from odoo.tools import mute_logger

from ..common import OutreachCommon


class TestDemand(OutreachCommon):
    def assertRefused(self, attempt, words):
        with self.assertRaises(psycopg2.IntegrityError) as caught, mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            attempt()
            self.env.flush_all()
        self.assertIn(words, self.env['outreach.demand']._sql_error_to_message(caught.exception))

    @users('test_econ', 'test_job')
    def test_one_line_in_a_visit(self):
        """A title is enough; company, lead, officer, agency and place follow from the visit."""
        visit = self.create_visit(user=self.env.user)
        with Form(visit) as form, form.demand_ids.new() as line:
            line.name = "Somebody for the warehouse"
        demand = visit.demand_ids
        self.assertEqual(demand.name, "Somebody for the warehouse")
        self.assertEqual((demand.partner_id, demand.lead_id), (self.company, visit.lead_id))
        self.assertEqual((demand.user_id, demand.agency_id), (self.env.user, self.env.user._get_outreach_agency()))
        self.assertEqual((demand.workplace, demand.municipality_id), ("Bramsche", self.bramsche))
        self.assertEqual((demand.stage, demand.positions, demand.positions_open), ('recorded', 1, 1))
        self.assertEqual(visit.demand_count, 1)

    def test_open_positions(self):
        demand = self.create_demand(positions=5, positions_filled=2)
        for stage, still_open in (
            ('signal', 3),
            ('recorded', 3),
            ('checked', 3),
            ('in_placement', 3),
            ('partly_filled', 3),
            ('paused', 3),
            ('filled', 0),
        ):
            demand.stage = stage
            self.assertEqual(demand.positions_open, still_open, stage)
        demand.write({'stage': 'closed', 'closed_reason': 'need_gone'})
        self.assertEqual(demand.positions_open, 0)
        demand.action_reopen()
        self.assertEqual((demand.positions_open, demand.closed_reason), (3, False))
        demand.active = False
        self.assertEqual(demand.positions_open, 0)
        self.assertEqual(set(demand.OPEN_STAGES) | {'filled', 'closed'}, set(dict(demand._fields['stage'].selection)))

    def test_stage_follows_the_count(self):
        demand = self.create_demand(positions=3)
        for values, stage in (
            ({'positions_filled': 1}, 'partly_filled'),
            ({'positions_filled': 3}, 'filled'),
            ({'positions': 4}, 'partly_filled'),
            ({'positions': 3}, 'filled'),
            ({'positions_filled': 0}, 'in_placement'),
            ({'positions_filled': 2, 'stage': 'checked'}, 'checked'),  # who says both, is obeyed
            ({'positions': 2, 'positions_filled': 2}, 'filled'),
            ({'positions': 5, 'positions_filled': 3}, 'partly_filled'),
            ({'stage': 'paused'}, 'paused'),
            ({'positions_filled': 4}, 'paused'),
            ({'stage': 'closed', 'closed_reason': 'need_gone'}, 'closed'),
            ({'positions_filled': 5}, 'closed'),
        ):
            demand.write(values)
            self.assertEqual(demand.stage, stage, values)
        self.assertEqual(self.create_demand(positions=2, positions_filled=2).stage, 'filled')
        self.assertEqual(self.create_demand(positions=2, positions_filled=2, stage='checked').stage, 'checked')
        several = self.create_demand(positions=2) | self.create_demand(positions=1)
        several.write({'positions_filled': 1})
        self.assertEqual(several.mapped('stage'), ['partly_filled', 'filled'])

    def test_limits(self):
        self.assertRefused(lambda: self.create_demand(positions=0), "at least one position")
        demand = self.create_demand(positions=2, positions_filled=1, wage_from=15)
        for values, words in (
            ({'positions_filled': 3}, "Not more positions"),
            ({'positions_filled': -1}, "Not more positions"),
            ({'wage_to': 14}, "upper wage"),
            ({'wage_from': -1}, "upper wage"),
            ({'stage': 'closed'}, "Choose why"),
        ):
            with self.subTest(values=values):
                self.assertRefused(lambda values=values: demand.write(values), words)
        demand.write({'wage_to': 15, 'positions': 1})
        self.assertEqual((demand.stage, demand.positions_open), ('filled', 0))

    def test_close_and_reopen(self):
        demands = self.create_demand() | self.create_demand(self.other_company)
        action = demands.action_open_close()
        wizard = Form(self.env[action['res_model']].with_user(self.user_job).with_context(**action['context']))
        wizard.closed_reason = 'no_people'
        wizard.save().action_close()
        self.assertEqual(demands.mapped('closed_reason'), ['no_people'] * 2)
        demands[0].action_reopen()
        demands[1].stage = 'checked'  # drawn to another column
        self.assertEqual(demands.mapped('stage'), ['recorded', 'checked'])
        self.assertEqual(demands.mapped('closed_reason'), [False] * 2)

    def test_steps(self):
        demand = self.create_demand(stage='signal')
        for step, stage in (
            ('action_check', 'checked'),
            ('action_start_placement', 'in_placement'),
            ('action_check', 'in_placement'),
            ('action_pause', 'paused'),
            ('action_reopen', 'recorded'),
            ('action_pause', 'paused'),
            ('action_start_placement', 'in_placement'),
        ):
            getattr(demand, step)()
            self.assertEqual(demand.stage, stage, step)

    def test_posting_id(self):
        keys = {'external_supplier': "jobs.example", 'external_posting': 'A-1'}
        demand = self.create_demand(**keys)
        with self.assertRaisesRegex(ValidationError, "posting id of this supplier"):
            self.create_demand(**keys)
        self.create_demand(external_supplier="other.example", external_posting='A-1')
        self.create_demand(external_supplier="jobs.example")
        self.create_demand(external_supplier="jobs.example")
        self.assertFalse(demand.copy().external_posting)

    def test_lead(self):
        visit = self.create_visit()
        with_visit, without = self.create_demand(visit_id=visit.id), self.create_demand()
        self.assertEqual((with_visit | without).lead_id, visit.lead_id)
        self.assertEqual(visit.lead_id.outreach_open_positions, 2)
        without.write({'partner_id': self.other_company.id})
        self.assertEqual(without.lead_id.partner_id, self.other_company)
        self.assertEqual(visit.lead_id.outreach_open_positions, 1)
        visit.lead_id.sudo().unlink()
        self.assertFalse(visit.lead_id | with_visit.lead_id)
        again = self.create_demand()
        self.assertEqual((again.lead_id.partner_id, again.lead_id.won_status), (self.company, 'pending'))

    def test_skills(self):
        skill = self.env['outreach.skill'].create({'name': "Test Skill"})
        demand = self.create_demand(skill_ids=[Command.create({'skill_id': skill.id})])
        self.assertEqual((demand.skill_ids.need, demand.skill_ids.level), ('must', '2'))
        self.assertEqual(demand.copy().skill_ids.skill_id, skill)
        with self.assertRaises(psycopg2.IntegrityError), mute_logger('odoo.sql_db'):
            demand.skill_ids = [Command.create({'skill_id': skill.id})]

    def test_officer_moves_on(self):
        """The agency of a demand is the one that the officer stood for when it was logged."""
        demand = self.create_demand()
        self.assertEqual(demand.agency_id, self.agency_econ)
        self.agency_econ.user_ids -= self.user_econ
        self.agency_job.user_ids += self.user_econ
        demand.description = "More"
        self.assertEqual(demand.agency_id, self.agency_econ)
        self.assertEqual(self.create_demand().agency_id, self.agency_job)

    def test_figures_of_the_past_stay(self):
        demands = self.create_demand() | self.create_demand(stage='closed', closed_reason='need_gone')
        self.settle()
        self.company.write({'zip': '49324', 'city': "Melle"})
        self.assertEqual(demands.mapped(lambda demand: demand.municipality_id.name), ["Melle", "Bramsche"])

    def test_stand_of_another_company(self):
        stand = self.create_stand(self.create_fair(), self.other_company)
        demand = self.create_demand()
        for what, attempt in {
            'stand': lambda: stand.write({'demand_ids': [Command.link(demand.id)]}),
            'demand': lambda: demand.write({'stand_ids': [Command.link(stand.id)]}),
        }.items():
            with self.subTest(what=what), self.assertRaisesRegex(ValidationError, "cannot be shown"), self.env.cr.savepoint():
                attempt()
        demand.write({'partner_id': self.other_company.id, 'stand_ids': [Command.link(stand.id)]})
        self.assertEqual(stand.demand_ids, demand)
        with self.assertRaisesRegex(ValidationError, "cannot be shown"):
            demand.partner_id = self.company
