"""The start page: who gets which blocks, what stands in them, that numbers are lists, and what it costs."""

import json
import re
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import freeze_time, users
from odoo.tools import mute_logger

from ..common import MODULE, OutreachCommon

NOW = datetime(2026, 11, 30, 8, 20)  # 9:20 in Germany, a Monday
LOGGER = f'odoo.addons.{MODULE}.models.start.outreach_today'
PEOPLE_BLOCKS = {'advised', 'matches', 'permissions'}
MANAGER_BLOCKS = {'joint_share', 'overdue_promises', 'exceptions', 'due_places'}


def at(day, hour, minute=0):
    """UTC of an hour in German winter; `day` counts from today."""
    return NOW.replace(hour=hour - 1, minute=minute) + timedelta(days=day)


@freeze_time(NOW)
class TodayCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.company | cls.other_company).outreach_company = True
        cls.env.company.outreach_setup_dismissed = True

    def page(self, user=None):
        """The page as the client asks for it."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = user or self.user_econ
        return (
            self.env['outreach.today']
            .with_user(user)
            .with_context(lang='en_US', tz='Europe/Berlin', uid=user.id, allowed_company_ids=self.env.company.ids)
            .get_today()
        )

    def block(self, key, user=None):
        return next((block for block in self.page(user)['blocks'] if block['key'] == key), None)

    def rows(self, key, user=None):
        return [row for group in (self.block(key, user) or {}).get('groups') or [] for row in group['rows']]

    def promise(self, days, user=None, **values):
        user = user or self.user_econ
        return (
            self.env['outreach.promise']
            .with_user(user)
            .create(
                {
                    'partner_id': self.company.id,
                    'name': f"Promise {days}",
                    'user_id': user.id,
                    'date_deadline': NOW.date() + timedelta(days=days),
                    **values,
                }
            )
        )

    def refer(self, days, sender=None, to=None, **values):
        return (
            self.env['outreach.referral']
            .with_user(sender or self.user_econ)
            .create(
                {
                    'partner_id': self.company.id,
                    'name': f"Referral {days}",
                    'to_agency_id': (to or self.agency_immigration).id,
                    'date_answer': NOW.date() + timedelta(days=days),
                    **values,
                }
            )
        )

    def ask(self, days, user=None):
        """A request to the immigration office about somebody whom the migration centre advises."""
        user = user or self.user_migration
        candidate = self.env['outreach.candidate'].with_user(user).create({})
        return (
            self.env['outreach.permit.request']
            .with_user(user)
            .create(
                {
                    'candidate_id': candidate.id,
                    'foreign_reference': f"ABH {days}",
                    'to_agency_id': self.agency_immigration.id,
                    'date_answer': NOW.date() + timedelta(days=days),
                }
            )
        )

    def look_after(self, companies, user=None):
        user = user or self.user_econ
        for company in companies:
            line = self.env['outreach.responsibility'].search(
                [('partner_id', '=', company.id), ('agency_id', '=', user._get_outreach_agency().id)]
            )
            if line:
                line.user_id = user
            else:
                self.env['outreach.responsibility'].create(
                    {'partner_id': company.id, 'agency_id': user._get_outreach_agency().id, 'user_id': user.id}
                )

    def end_fairs(self):
        """Those of the demo are over."""
        self.env['event.event'].search([('is_job_fair', '=', True)]).write({'date_begin': at(-2, 10), 'date_end': at(-2, 12)})

    def candidate(self, user=None, **values):
        return self.env['outreach.candidate'].with_user(user or self.user_migration).create(values)

    def barrier(self, candidate, days, user=None, **values):
        return (
            self.env['outreach.barrier']
            .with_user(user or self.user_migration)
            .create(
                {
                    'candidate_id': candidate.id,
                    'kind': 'housing',
                    'date_until': days is not None and NOW.date() + timedelta(days=days),
                    **values,
                }
            )
        )


class TestTodayRoles(TodayCommon):
    def keys(self, user):
        page = self.page(user)
        self.assertFalse([block['key'] for block in page['blocks'] if block.get('failed')])
        return {block['key'] for block in page['blocks']}

    def test_blocks_of_each_role(self):
        """Whoever has nothing in a block that is not about the own role does not get it."""
        for user, expected in (
            (self.user_econ, {'appointments', 'to_do', 'due'}),
            (self.user_job, {'appointments', 'to_do', 'due', 'matches'}),
            (self.user_migration, {'to_do', 'advised'}),
            (self.user_immigration, {'to_do'}),
            (self.user_helper, {'fair'}),
            (self.user_manager, MANAGER_BLOCKS),
            (self.user_dpo, {'privacy', 'questions'}),
            (self.user_internal, set()),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.keys(user), expected)

    def test_several_roles(self):
        self.user_econ.group_ids += self.env.ref(f'{MODULE}.group_outreach_manager') | self.env.ref(f'{MODULE}.group_fair_helper')
        self.assertEqual(self.keys(self.user_econ), {'appointments', 'to_do', 'due', 'fair'} | MANAGER_BLOCKS)

    def test_administrator(self):
        self.assertLessEqual({'privacy'}, self.keys(self.env.ref('base.user_admin')))

    def test_manager_who_goes_along(self):
        """Own appointments and promises are shown to whoever has some, also without a role of an office."""
        self.agency_job.user_ids += self.user_manager
        self.create_visit(team=self.user_manager | self.user_job, user=self.user_job, start=at(0, 15))
        self.promise(-1, self.user_manager)
        self.assertEqual(self.keys(self.user_manager), {'appointments', 'to_do'} | MANAGER_BLOCKS)

    def test_not_for_employers(self):
        Today = self.env['outreach.today'].with_user(self.user_portal)
        for call in (Today.get_today, lambda: Today.get_list('promises'), lambda: Today.search_records("Probewerk")):
            with self.assertRaises(AccessError):
                call()

    def test_nobody_learns_of_people(self):
        candidate = self.candidate(self.user_job, permission_until='2026-12-05', permission='free')
        self.barrier(candidate, -3, self.user_job)
        for user in (self.user_econ, self.user_manager, self.user_immigration, self.user_helper, self.user_dpo):
            with self.subTest(user=user.login):
                text = json.dumps(self.page(user))
                self.assertNotIn(candidate.name, text)
                self.assertFalse(PEOPLE_BLOCKS & self.keys(user))
        self.assertIn(candidate.name, json.dumps(self.page(self.user_job)))

    def test_quick_actions_and_search_of_officers(self):
        for user, actions, search in (
            (self.user_econ, ['visit', 'demand', 'contact'], True),
            (self.user_migration, [], True),
            (self.user_immigration, [], False),
            (self.user_helper, [], False),
        ):
            page = self.page(user)
            self.assertEqual([action['key'] for action in page['actions']], actions)
            self.assertEqual(page['can_search'], search)

    @mute_logger(LOGGER, 'odoo.sql_db')
    def test_a_block_that_fails_leaves_the_others(self):
        Today = type(self.env['outreach.today'])
        self.create_visit(start=at(0, 15))

        def break_down(today, lists):
            today.env.cr.execute("SELECT nothing FROM nowhere")

        with patch.object(Today, '_get_block_to_do', break_down):
            page = self.page()
        self.assertEqual([block['key'] for block in page['blocks']], ['appointments', 'to_do', 'due'])
        self.assertEqual([block.get('failed') for block in page['blocks']], [None, True, None])
        self.assertTrue(page['blocks'][0]['next'])


class TestTodayAppointments(TodayCommon):
    def test_day_of_an_officer(self):
        self.contact.phone = '+49 5461 / 12-34'
        visit = self.create_visit(team=self.user_econ | self.user_job, start=at(0, 10), contact_ids=[Command.set(self.contact.ids)])
        later = self.create_visit(self.other_company, start=at(0, 13, 30), kind_id=self.kind_call.id)
        tomorrow = self.create_visit(self.other_company, start=at(1, 9), kind_id=self.kind_call.id)
        self.create_visit(self.other_company, start=at(2, 9), kind_id=self.kind_call.id)
        self.create_visit(self.other_company, team=self.user_job, user=self.user_job, start=at(0, 14), anyway_reason="Agreed")
        page = self.page()
        block = page['blocks'][0]
        self.assertEqual(
            page['sentence'][0], {'text': "2 appointments today, the next one in 40 minutes.", 'block': 'appointments', 'late': False}
        )
        card = block['next']
        self.assertEqual(
            (card['id'], card['title'], card['when'].replace('\u202f', ' '), card['wait']),
            (visit.id, self.company.name, "10:00 AM – 11:00 AM", "in 40 minutes"),
        )
        self.assertEqual(card['joint'], "Jointly with Test Job Centre")
        self.assertIn("with Test Job", card['text'])
        self.assertEqual(card['facts'][0]['lines'], [{'title': "Petra Probe"}])
        call, route = card['buttons'][1:3]
        self.assertEqual(call['href'], 'tel:+4954611234')
        self.assertEqual(route['href'], 'https://www.openstreetmap.org/search?query=Musterweg%201%2C%2049565%20Bramsche')
        self.assertEqual([[row['id'] for row in group['rows']] for group in block['groups']], [[later.id], [tomorrow.id]])
        self.assertEqual(block['groups'][1]['title'], "Tomorrow, Tue, Dec 1")
        self.assertFalse(block['groups'][0]['rows'][0]['buttons'], "nobody drives to a call, and there is no number")

    def test_what_changed_since_the_last_visit(self):
        self.create_visit(stage='done', start=at(-13, 10))
        self.create_demand(name="Old", date='2026-11-10')
        for name in ("First", "Second", "Third"):
            self.create_demand(name=name, positions=8, date='2026-11-25')
        self.promise(-10, side='company', name="Bus times")
        self.create_visit(start=at(0, 10))
        demands, promises = self.block('appointments')['next']['facts']
        self.assertEqual(demands['label'], "New since Nov 17")
        self.assertEqual([line['title'] for line in demands['lines']], ["Third", "Second"])
        self.assertEqual(demands['more']['id'], self.company.id)
        self.assertEqual(promises['lines'][0]['text'], "the company, 10 days overdue")
        self.assertTrue(promises['lines'][0]['late'])
        self.assertFalse(promises['more'])

    def test_over_under_way_and_cancelled(self):
        self.create_visit(start=at(0, 7))
        under_way = self.create_visit(start=at(0, 9))
        self.create_visit(start=at(0, 16)).write({'stage': 'cancelled', 'cancel_reason': "No time"})
        page = self.page()
        self.assertEqual(page['blocks'][0]['next']['id'], under_way.id)
        self.assertEqual(page['blocks'][0]['next']['wait'], "now")
        self.assertFalse(page['blocks'][0]['groups'])
        self.assertEqual([row['kind'] for row in self.rows('to_do')], ["Report missing"])

    def test_nothing_today(self):
        page = self.page()
        self.assertEqual(page['sentence'], [{'text': "No appointment today, and nothing is overdue.", 'block': False, 'late': False}])
        self.assertEqual(page['blocks'][0]['empty']['hint'], "")
        self.create_visit(start=at(3, 10))
        block = self.block('appointments')
        self.assertFalse(block['next'] or block['groups'])
        self.assertEqual(block['empty']['hint'], "The next one is on Thu, Dec 3: Probewerk Bramsche GmbH.")
        action = self.env['outreach.visit.plan'].with_user(self.user_econ).action_find_any_time()
        slots = self.env['outreach.visit.slot'].browse(action['res_id'])
        self.assertTrue(slots.line_ids)
        self.assertEqual(slots.line_ids[0].action_take()['res_model'], 'outreach.visit.plan')
        self.assertEqual(slots.plan_id.start, slots.line_ids[0].start)

    def test_in_german(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.env['ir.module.module'].search([('name', '=', MODULE)])._update_translations('de_DE')
        self.create_visit(start=at(1, 10))
        self.promise(-10)
        page = self.env['outreach.today'].with_user(self.user_econ).with_context(lang='de_DE').get_today()
        self.assertEqual(page['date'], "Montag, 30. November 2026")
        self.assertEqual(page['blocks'][0]['next']['wait'], "Di., 1. Dezember")
        self.assertEqual(page['blocks'][1]['groups'][0]['rows'][0]['when'], "seit 10 Tagen überfällig")


class TestTodayToDo(TodayCommon):
    def test_all_kinds_of_an_officer_by_urgency(self):
        visit = self.create_visit(start=at(-4, 10))
        theirs = self.promise(-10, side='company')
        ours = self.promise(0)
        self.promise(30)
        self.promise(-5, self.user_job)
        incoming = self.refer(-3, self.user_job, self.agency_econ)
        accepted = self.refer(2, self.user_job, self.agency_econ)
        accepted.with_user(self.user_econ).action_accept()
        outgoing = self.refer(4)
        demand = self.create_demand(source='portal', name="Joiner", positions=2, date=NOW.date() - timedelta(days=1))
        self.create_demand(source='portal', stage='checked')
        self.create_demand(name="Not from the portal")
        block = self.block('to_do')
        self.assertEqual(
            [
                (group['title'], group['late'], group['count'], group['folded'], [(row['key'], row['when']) for row in group['rows']])
                for group in block['groups']
            ],
            [
                (
                    "Overdue",
                    True,
                    3,
                    False,
                    [
                        (f'outreach.promise,{theirs.id}', "10 days overdue"),
                        (f'outreach.visit,{visit.id}', "4 days overdue"),
                        (f'outreach.referral,{incoming.id}', "3 days overdue"),
                    ],
                ),
                ("Today", False, 1, False, [(f'outreach.promise,{ours.id}', "today")]),
                (
                    "In the Next 7 Days",
                    False,
                    3,
                    True,
                    [
                        (f'outreach.demand,{demand.id}', "tomorrow"),
                        (f'outreach.referral,{accepted.id}', "in 2 days"),
                        (f'outreach.referral,{outgoing.id}', "in 4 days"),
                    ],
                ),
            ],
        )
        self.assertEqual(block['count'], 7)
        self.assertEqual(
            {entry['name']: entry['count'] for entry in block['lists']},
            {'promises': 3, 'reports': 1, 'referrals_in': 2, 'referrals_out': 1, 'portal': 1},
        )
        self.assertEqual(
            [[button['label'] for button in row['buttons']] for row in self.rows('to_do')],
            [["Follow Up"], ["Write Report"], ["Give an Answer"], ["Settle"], ["Check"], ["Complete Referral"], []],
        )
        self.assertEqual(self.rows('to_do')[4]['title'], "Joiner, 2 positions")
        self.assertEqual(self.page()['sentence'][0], {'text': "3 things are overdue.", 'block': 'to_do', 'late': True})

    def test_to_dos_that_only_the_menu_of_activities_shows(self):
        """Own ones, once each; not those that a promise, a question or a demand from the portal makes for what is shown anyway."""
        self.promise(0)
        self.refer(1, self.user_job, self.agency_econ)
        portal = self.create_demand(source='portal', date=NOW.date())
        portal.activity_schedule('mail.mail_activity_data_todo', user_id=self.user_econ.id)
        visit = self.create_visit(stage='done', start=at(-4, 10))
        for user, summary in ((self.user_econ, "Send the leaflet"), (self.user_econ, ""), (self.user_job, "Theirs")):
            visit.activity_schedule('mail.mail_activity_data_todo', NOW.date(), summary, user_id=user.id)
        declined = self.refer(3)
        declined.with_user(self.user_immigration)._answer({'state': 'declined', 'reason': "not ours"})
        block = self.block('to_do')
        counts = {entry['name']: entry['count'] for entry in block['lists']}
        self.assertEqual(counts, {'promises': 1, 'referrals_in': 1, 'portal': 1, 'activities': 3})
        rows = [row for row in self.rows('to_do') if row['kind'] == "Own to-do"]
        self.assertEqual({row['title'] for row in rows}, {"Send the leaflet", "To-Do", "Declined: Referral 3: not ours"})
        self.assertEqual({(row['model'], row['id']) for row in rows}, {('outreach.visit', visit.id), ('outreach.referral', declined.id)})
        self.assertEqual(len({row['key'] for row in rows}), 3)
        leaflet = next(row for row in rows if row['title'] == "Send the leaflet")
        button = leaflet['buttons'][0]
        getattr(self.env[button['model']].with_user(self.user_econ).browse(button['ids']), button['method'])()
        self.assertNotIn("Send the leaflet", [row['title'] for row in self.rows('to_do')])
        action = self.env['outreach.today'].with_user(self.user_econ).get_list('activities')
        self.assertEqual(self.env['mail.activity'].with_user(self.user_econ).search_count(action['domain']), 2)
        self.assertNotIn('activities', [entry['name'] for entry in self.block('to_do', self.user_immigration)['lists']])

    def test_more_than_there_is_room_for(self):
        for days in range(-20, 0):
            self.promise(days)
        self.refer(-1)
        block = self.block('to_do')
        self.assertEqual(len(block['groups'][0]['rows']), 8)
        self.assertEqual((block['count'], block['groups'][0]['count']), (21, 21))
        self.assertEqual({entry['name']: entry['count'] for entry in block['lists']}, {'promises': 20, 'referrals_out': 1})

    def test_next_deadline_where_there_is_nothing(self):
        self.assertEqual(self.block('to_do')['empty'], {'text': "Nothing to do.", 'hint': ""})
        self.promise(20, name="Leaflet")
        block = self.block('to_do')
        self.assertFalse(block['groups'])
        self.assertEqual(block['empty']['hint'], "The next deadline is on Sun, Dec 20: Leaflet.")
        self.assertEqual(block['lists'], [{'name': 'promises', 'label': "Promises", 'count': 1}])

    def test_demands_of_nobody_are_everybodys(self):
        self.create_demand(source='portal', user_id=False)
        for user in (self.user_econ, self.user_job):
            self.assertEqual([entry['name'] for entry in self.block('to_do', user)['lists']], ['portal'])

    def test_immigration_office(self):
        """Its own requests, the oldest deadline first, and those later than in a week too; nothing else."""
        late, later = self.ask(-1), self.ask(20)
        self.refer(3)
        other = self.env['outreach.agency'].create(
            {
                'name': "Another Office",
                'role': 'immigration_office',
                'partner_id': self.other_company.id,
                'user_ids': [Command.link(self.create_user('immigration_2', f'{MODULE}.group_immigration_office').id)],
            }
        )
        self.ask(1).sudo().to_agency_id = other
        block = self.block('to_do', self.user_immigration)
        self.assertEqual((block['title'], block['count']), ("Requests", 3))
        self.assertEqual(
            [(group['title'], [row['id'] for row in group['rows']]) for group in block['groups']][::2],
            [("Overdue", [late.id]), ("Later", [later.id])],
        )
        button = block['groups'][0]['rows'][0]['buttons'][0]
        self.assertEqual((button['label'], button['method'], button['ids']), ("Give an Answer", 'action_open_answer', late.ids))
        text = json.dumps(block)
        self.assertNotIn(late.sudo().candidate_id.name, text)
        self.assertEqual(self.block('to_do', self.user_immigration)['lists'][0]['name'], 'requests_in')

    def test_barriers_of_those_who_may_see_them(self):
        candidate = self.candidate(self.user_job, adviser_id=self.user_migration.id)
        self.barrier(candidate, -2, self.user_job, kind='debts')
        barrier = self.barrier(candidate, 3)
        self.assertEqual([row['text'] for row in self.rows('to_do', self.user_job)], [candidate.name])
        (row,) = self.rows('to_do', self.user_migration)
        self.assertEqual((row['id'], row['title'], row['text']), (barrier.id, "Housing", candidate.name))
        self.env['outreach.barrier'].sudo().search([('kind', '=', 'debts')]).user_id = self.user_migration
        self.assertEqual(len(self.rows('to_do', self.user_migration)), 1, "debts are for the job centre, whoever is named")
        barrier.with_user(self.user_migration).action_lift()
        self.assertFalse(self.rows('to_do', self.user_migration))
        barrier.with_user(self.user_migration).action_reopen()
        self.assertTrue(self.rows('to_do', self.user_migration))

    def test_follow_up_logs_a_contact(self):
        promise = self.promise(-1, side='company', name="Shift plan")
        action = promise.with_user(self.user_econ).action_follow_up()
        self.assertEqual((action['res_model'], action['target']), ('outreach.contact.log', 'new'))
        log = self.env['outreach.contact.log'].with_user(self.user_econ).with_context(**action['context']).create({})
        self.assertEqual((log.partner_ids, log.note), (self.company, "Shift plan"))
        log.result = 'informed'
        log.action_log()
        self.assertEqual(promise.state, 'open')


class TestTodayCompanies(TodayCommon):
    def test_due(self):
        block = self.block('due')
        self.assertEqual(block['empty']['text'], "You are responsible for no company yet.")
        self.look_after(self.company)
        (row,) = self.rows('due')
        self.assertEqual((row['title'], row['place']), (self.company.name, "Bramsche"))
        self.assertRegex(row['text'], "^Never visited")
        action = self.env['outreach.due'].with_user(self.user_econ).browse(row['buttons'][0]['ids']).action_plan_together()
        self.assertEqual(action['context']['default_partner_ids'], self.company.ids)
        self.create_visit(start=at(3, 10))
        self.assertEqual(self.block('due')['empty']['text'], "No company is due.")

    def test_area_of_a_visit_day(self):
        companies = self.env['res.partner'].create(
            [
                {'name': f"Northern {number} GmbH", 'is_company': True, 'outreach_company': True, 'zip': zip_code, 'city': city}
                for number, (zip_code, city) in enumerate(
                    [('49577', "Ankum"), ('49593', "Bersenbrück"), ('49594', "Alfhausen"), ('49324', "Melle"), ('49324', "Melle")]
                )
            ]
        )
        self.look_after(companies)
        block = self.block('due')
        self.assertEqual(block['count'], 5)
        self.assertEqual(len(self.rows('due')), 4)
        area = companies[0].outreach_municipality_id.association
        self.assertTrue(area)
        self.assertEqual(block['tip']['text'], f"3 of them are around {area}.")
        self.assertEqual(sorted(block['tip']['button']['ids']), companies[:3].ids)

    def test_other_agencies(self):
        self.look_after(self.company | self.other_company)
        theirs = self.create_visit(team=self.user_job, user=self.user_job, start=at(2, 10))
        self.create_visit(self.other_company, team=self.user_econ | self.user_job, start=at(3, 10))
        self.create_visit(self.other_company, team=self.user_job, user=self.user_job, start=at(9, 10), anyway_reason="Agreed")
        (row,) = self.rows('others')
        self.assertEqual((row['id'], row['title'], row['when']), (theirs.id, self.company.name, "Wed, Dec 2"))
        self.assertEqual(row['text'].replace('\u202f', ' '), "Test Job Centre · Test Job · Test Visit at 10:00 AM")
        self.env['outreach.visit'].with_user(self.user_econ).browse(row['id']).action_join()
        self.assertFalse(self.block('others'))
        self.assertIn(self.user_econ, theirs.user_ids)


class TestTodayPeople(TodayCommon):
    def test_advised_by_due_barrier(self):
        plain, later, first = (self.candidate() for __ in range(3))
        self.barrier(later, 20)
        self.barrier(first, -2)
        self.barrier(first, None, kind='childcare')
        self.candidate(status='left')
        self.candidate(self.user_job)
        block = self.block('advised', self.user_migration)
        self.assertEqual(block['count'], 3)
        self.assertEqual([row['id'] for row in self.rows('advised', self.user_migration)], [first.id, later.id, plain.id])
        row = block['groups'][0]['rows'][0]
        self.assertEqual((row['when'], row['late'], row['kind']), ("2 days overdue", True, "Housing · 2 open barriers"))

    def test_permissions_that_end(self):
        ends = self.candidate(self.user_job, permission='free', permission_until='2026-12-05')
        over = self.candidate(permission='free', permission_until='2026-11-28')
        self.candidate(permission='free', permission_until='2027-12-05')
        self.assertEqual([row['id'] for row in self.rows('permissions', self.user_job)], [ends.id])
        (row,) = self.rows('permissions', self.user_migration)
        self.assertEqual((row['id'], row['when'], row['late']), (over.id, "2 days overdue", True))
        self.assertEqual(over.with_user(self.user_migration).action_ask_permission()['context']['default_candidate_id'], over.id)

    def test_matches(self):
        skill = self.env['outreach.skill'].create({'name': "Test Welding"})
        self.company.outreach_vetting = 'checked'
        demand, nobody, taken = (
            self.create_demand(name=name, user=self.user_job, skill_ids=skills and [Command.create({'skill_id': skill.id})])
            for name, skills in (("Welder", True), ("Diver", False), ("Fitter", True))
        )
        nobody.skill_ids = [Command.create({'skill_id': self.env['outreach.skill'].create({'name': "Test Diving"}).id})]
        people = (
            self.env['outreach.candidate']
            .with_user(self.user_job)
            .create(
                [
                    {
                        'permission': 'free',
                        'municipality_id': self.bramsche.id,
                        'skill_ids': [Command.create({'skill_id': skill.id, 'level': '4'})],
                    }
                    for __ in range(2)
                ]
            )
        )
        self.env.flush_all()
        match = self.env['outreach.match'].with_user(self.user_job).search([('demand_id', '=', taken.id)], limit=1)
        match.action_select()
        (row,) = self.rows('matches', self.user_job)
        self.assertEqual((row['id'], row['buttons'][0]['label'], row['buttons'][0]['value']), (demand.id, "2 people", demand.id))
        action = self.env['outreach.today'].with_user(self.user_job).get_list('matches', demand.id)
        found = self.env['outreach.match'].with_user(self.user_job).search(action['domain'])
        self.assertEqual(found.candidate_id, people)
        self.assertFalse(self.rows('matches', self.user_econ))


class TestTodayFigures(TodayCommon):
    def test_fair_of_a_helper(self):
        self.end_fairs()
        self.assertEqual(self.block('fair', self.user_helper)['empty']['text'], "No job fair is coming up.")
        hall = self.env['res.partner'].create({'name': "Town Hall", 'street': "Markt 1", 'city': "Bramsche"})
        fair = self.create_fair(address_id=hall.id)
        self.create_stand(fair)
        (row,) = self.rows('fair', self.user_helper)
        self.assertEqual((row['title'], row['text'], row['buttons']), (fair.name, "Town Hall, Markt 1, Bramsche · Bramsche", []))
        fair.write({'date_begin': at(0, 15), 'date_end': at(0, 17)})
        block = self.block('fair', self.user_helper)
        self.assertEqual(block['title'], "Today's Job Fair")
        button = block['groups'][0]['rows'][0]['buttons'][0]
        self.assertEqual((button['label'], button['list'], button['value']), ("Stands (1)", 'stands', fair.id))

    def test_coordination(self):
        before = {key: self.block(key, self.user_manager) for key in MANAGER_BLOCKS}
        self.create_visit(stage='done', team=self.user_econ | self.user_job, start=at(-10, 10))
        self.create_visit(stage='done', start=at(-20, 10))
        self.create_visit(stage='done', start=at(-100, 10))
        self.create_visit(stage='done', start=at(-5, 10), kind_id=self.kind_call.id)
        self.promise(-1)
        self.create_visit(team=self.user_job, user=self.user_job, start=at(5, 10), anyway_reason="They asked for us")
        page = {block['key']: block for block in self.page(self.user_manager)['blocks']}

        def numbers(block):
            return [int(number['value']) for number in (block['numbers'] or [{'value': '0'}] * 2)]

        self.assertEqual(
            [now - then for now, then in zip(numbers(page['joint_share']), numbers(before['joint_share']), strict=True)], [1, 2]
        )
        self.assertEqual(page['overdue_promises']['count'], before['overdue_promises']['count'] + 1)
        self.assertIn(
            ("Test Economic Development", '1'), [(number['label'], number['value']) for number in page['overdue_promises']['numbers']]
        )
        self.assertEqual(page['exceptions']['count'], before['exceptions']['count'] + 1)
        newest = page['exceptions']['groups'][0]['rows'][0]
        self.assertEqual((newest['title'], newest['text']), (self.company.name, "Test Job Centre · “They asked for us”"))
        self.user_job.name = "Jolanda Musterfrau"
        self.user_econ.name = "Eckbert Mustermann"
        self.assertNotIn(
            "Muster",
            json.dumps([block for block in self.page(self.user_manager)['blocks'] if block['key'] != 'due_places']).replace(
                "Muster GmbH", ""
            ),
        )

    def test_first_steps(self):
        """For those who set up, first of all; gone when put away."""
        self.env.company.outreach_setup_dismissed = False
        admin = self.env.ref('base.user_admin')
        for user in (admin, self.user_manager):
            block = self.page(user)['blocks'][0]
            setup = self.env['outreach.setup'].with_user(user).get_setup()
            self.assertEqual((block['key'], [step['key'] for step in block['steps']]), ('setup', [step['key'] for step in setup['steps']]))
            self.assertIn(str(setup['done']), block['count'])
        for user in (self.user_econ, self.user_job, self.user_helper, self.user_dpo, self.user_internal):
            self.assertFalse(self.block('setup', user))
        self.env['outreach.setup'].with_user(admin).action_dismiss()
        self.assertFalse(self.block('setup', admin))

    def test_privacy(self):
        checks = self.env['outreach.privacy.check'].with_user(self.user_dpo).search([])
        self.env['ir.config_parameter'].set_param('auth_signup.invitation_scope', 'b2c')
        block = self.block('privacy', self.user_dpo)
        still_open = checks.filtered(lambda check: check.state == 'open')
        self.assertIn("Open sign-up", block['points'])
        self.assertEqual(block['numbers'][0]['value'], str(len(still_open)))
        self.assertEqual(self.env['outreach.privacy.check'].with_user(self.user_dpo).search([('state', '=', 'open')]), still_open)
        self.assertEqual(self.env['outreach.privacy.check'].search([('state', '!=', 'open')]), checks.with_env(self.env) - still_open)

    def test_questions(self):
        self.env['outreach.figure.question'].search([]).unlink()
        self.assertFalse(self.block('questions', self.user_dpo)['numbers'])
        self.env['outreach.figure'].with_user(self.user_econ)._ask(breakdown='county')
        self.assertEqual([number['value'] for number in self.block('questions', self.user_dpo)['numbers']], ['1', '1'])
        self.assertNotIn(self.user_econ.name, json.dumps(self.page(self.user_dpo)))


class TestTodayLists(TodayCommon):
    def fill(self, companies):
        """Something of everything for these companies, at the officers of both offices and of the migration centre."""
        for company in companies:
            for user in (self.user_econ, self.user_job):
                self.look_after(company, user)
                self.promise(-3, user, partner_id=company.id)
                company.activity_schedule('mail.mail_activity_data_todo', NOW.date(), "Call back", user_id=user.id)
            self.create_visit(company, team=self.user_econ | self.user_job, start=at(1, 15))
            self.create_demand(company, source='portal', user_id=self.user_job.id)
            self.refer(-2, self.user_job, self.agency_econ, partner_id=company.id)
            self.refer(2, partner_id=company.id)
            self.ask(3)
            self.ask(4, self.user_job)
            self.barrier(self.candidate(permission='free', permission_until='2026-12-05'), -1)

    def numbers(self, page):
        """[(list, value by which it is split, number)] of all that can be counted on a page."""
        for block in page['blocks']:
            for entry in block.get('lists', ()):
                yield entry['name'], None, entry['count']
            if block.get('list') and (count := re.search(r'\d+', block['list']['label'])):
                yield block['list']['name'], None, int(count[0])
            if block.get('count_list') and block['count']:
                yield block['count_list'], None, block['count']
            for number in block.get('numbers') or ():
                yield number['list'], number['split'], int(number['value'])
            for group in block.get('groups') or ():
                for row in group['rows']:
                    for button in row['buttons']:
                        if button.get('list'):
                            yield button['list'], button['value'], int(re.search(r'\d+', button['label'])[0])

    def test_each_number_is_the_length_of_its_list(self):
        self.fill(self.company | self.other_company)
        self.create_visit(self.company.copy({'name': "Overdue Ltd"}), start=at(-2, 9))
        self.create_visit(stage='done', team=self.user_econ | self.user_job, start=at(-10, 10))
        self.env['outreach.figure'].with_user(self.user_econ)._ask(breakdown='county')
        elsewhere = self.company.copy({'name': "Elsewhere", 'zip': '10115', 'city': "Berlin", 'outreach_municipality_id': False})
        elsewhere.outreach_company = True
        self.end_fairs()
        self.create_stand(self.create_fair(date_begin=at(0, 15), date_end=at(0, 17)))
        seen = set()
        for user in (
            self.user_econ,
            self.user_job,
            self.user_migration,
            self.user_immigration,
            self.user_helper,
            self.user_manager,
            self.user_dpo,
            self.env.ref('base.user_admin'),
        ):
            Today = self.env['outreach.today'].with_user(user)
            for name, value, number in self.numbers(self.page(user)):
                action = Today.get_list(name, value)
                Model = self.env[action['res_model']].with_user(user)
                if name in ('visits_done', 'visits_joint'):  # figures count what a circle keeps, too
                    Model = Model.sudo()
                found = Model.search_count(action['domain'])
                with self.subTest(user=user.login, list=name, value=value):
                    self.assertEqual(found, number)
                    self.assertFalse(action['context'])
                    self.assertNotEqual(action['target'], 'new')
                seen.add(name)
        self.assertLessEqual(
            {
                'reports',
                'promises',
                'referrals_in',
                'referrals_out',
                'requests_in',
                'requests_out',
                'portal',
                'barriers',
                'activities',
                'advised',
                'permissions',
                'stands',
                'visits_done',
                'visits_joint',
                'overdue_promises',
                'due_places',
                'questions',
                'questions_today',
            },
            seen,
        )

    def test_each_row_can_be_read(self):
        self.fill(self.company)
        for user in (self.user_econ, self.user_job, self.user_migration, self.user_immigration, self.user_manager):
            for block in self.page(user)['blocks']:
                for group in block.get('groups') or ():
                    for row in group['rows']:
                        with self.subTest(user=user.login, row=row['key']):
                            record = self.env[row['model']].with_user(user).browse(row['id'])
                            self.assertTrue(record.has_access('read'))
                            for button in row['buttons']:
                                if button.get('method'):
                                    self.assertTrue(hasattr(self.env[button['model']], button['method']))

    def test_bad_input(self):
        Today = self.env['outreach.today'].with_user(self.user_econ)
        for arguments in (('secrets',), ('promises', 1), ('overdue_promises', "1 OR 1"), ('due_places', [1])):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                Today.get_list(*arguments)
        self.assertEqual(Today.search_records(None), [])
        self.assertEqual(Today.search_records("P"), [])

    def test_search(self):
        demand = self.create_demand(name="Probe welder")
        self.create_visit(start=at(3, 10))
        found = self.env['outreach.today'].with_user(self.user_migration).search_records("Prob")
        self.assertLessEqual(
            {('companies', 'res.partner', self.company.id), ('demands', 'outreach.demand', demand.id)},
            {(hit['kind'], hit['model'], hit['id']) for hit in found},
        )
        self.assertIn('visits', {hit['kind'] for hit in found})
        self.assertNotIn(self.contact.id, [hit['id'] for hit in found if hit['model'] == 'res.partner'])
        for user in (self.user_helper, self.user_immigration, self.user_dpo, self.user_internal):
            self.assertEqual(self.env['outreach.today'].with_user(user).search_records("Prob"), [])

    def test_search_as_people_type(self):
        company = self.env['res.partner'].create({'name': "Müller & Söhne KG", 'is_company': True, 'outreach_company': True})
        visit, demand = self.create_visit(company), self.create_demand(company, name="Test need")
        found = self.env['outreach.today'].with_user(self.user_econ).search_records("soehne mueller")
        self.assertEqual({(hit['model'], hit['id']) for hit in found}, {(record._name, record.id) for record in (company, visit, demand)})
        for hit in found:
            self.assertTrue(hit['url'] and hit['name'])

    def test_pseudonyms_for_those_who_may(self):
        candidate = self.env['outreach.candidate'].with_user(self.user_job).create({'user_id': self.user_job.id})
        advised = self.env['outreach.candidate'].with_user(self.user_job).create({'adviser_id': self.user_migration.id})
        for user, records in (
            (self.user_job, (candidate, advised)),
            (self.user_migration, (advised,)),
            (self.user_econ, ()),
            (self.user_manager, ()),
            (self.user_helper, ()),
            (self.user_immigration, ()),
        ):
            with self.subTest(user=user.login):
                found = []
                for record in (candidate, advised):
                    found += self.env['outreach.today'].with_user(user).search_records(record.name)
                self.assertEqual([hit['id'] for hit in found if hit['kind'] == 'candidates'], [record.id for record in records])
                self.assertFalse({hit['model'] for hit in found if hit['kind'] != 'candidates'} & {'outreach.candidate'})

    def test_search_is_of_constant_queries(self):
        def fill(number):
            companies = self.env['res.partner'].create(
                [{'name': f"Suchwerk {letter} {number}", 'is_company': True, 'outreach_company': True} for letter in 'abcd']
            )
            for company in companies[-number:]:
                self.create_visit(company)
                self.create_demand(company, name="Suchwerk")
            self.env['outreach.candidate'].with_user(self.user_job).create([{} for __ in range(number)])

        def queries():
            Today = self.env['outreach.today'].with_user(self.user_job)
            Today.search_records("Suchwerk")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(Today.search_records("Suchwerk"))
            return self.cr.sql_log_count - before

        fill(1)
        fill(1)
        few = queries()
        fill(4)
        self.assertEqual(queries(), few)
        self.assertLess(few, 30)

    def test_queries(self):
        """The same number for many companies as for few; at most 15 for an officer of the economic development."""
        roles = ('econ', 'job', 'migration', 'immigration', 'helper', 'manager', 'dpo')

        def count():
            found = {}
            for role in roles:
                user = getattr(self, f'user_{role}')
                self.page(user)  # what is kept in memory from one request to the next
                before = self.cr.sql_log_count
                self.page(user)
                found[role] = self.cr.sql_log_count - before
            return found

        companies = self.env['res.partner'].create(
            [
                {'name': f"Company {number} GmbH", 'is_company': True, 'outreach_company': True, 'zip': '49565', 'city': "Bramsche"}
                for number in range(25)
            ]
        )
        self.look_after(companies, self.user_econ)
        self.look_after(companies, self.user_job)
        self.fill(companies[:2])
        few = count()
        self.fill(companies[2:12])
        self.assertEqual(count(), few)
        self.assertLessEqual(few['econ'], 15)
        self.assertLessEqual(max(few[role] for role in roles if role != 'dpo'), 22, few)
        self.assertLessEqual(few['dpo'], 26, few)  # one for each point of the privacy check that is a setting of its own


class TestTodayMenus(OutreachCommon):
    def apps(self, user):
        """`{app: [names of its entries]}` as the client loads them."""
        menus = self.env['ir.ui.menu'].with_user(user).with_context(lang='en_US').load_web_menus(False)
        return {
            menus[number]['xmlid']: [menus[child]['name'] for child in menus[number]['children']] for number in menus['root']['children']
        }

    def leaves(self, user):
        menus = self.env['ir.ui.menu'].with_user(user).load_web_menus(False)
        root = self.env.ref(f'{MODULE}.outreach_menu_root')
        return [menu for menu in menus.values() if menu['appID'] == root.id and menu['actionID'] and not menu['children']]

    def test_entries(self):
        reader = ['Today', 'Visits', 'Companies', 'Demands', 'Jobseekers', 'Job Fairs', 'Reporting']
        core = {'mail.menu_root_discuss', 'calendar.mail_menu_calendar'}
        officer = core | {'contacts.menu_contacts', 'crm.crm_menu_root'}
        for user, entries, others in (
            (self.user_econ, reader, officer),
            (self.user_job, reader, officer),
            (self.user_migration, reader, core),
            (self.user_immigration, ['Today', 'Requests to Answer', 'Referrals'], set()),
            (self.user_helper, ['Today', 'Job Fairs'], set()),
            (self.user_manager, [*reader, 'Configuration'], officer | {'event.event_main_menu'}),
            (self.user_dpo, ['Today', 'Configuration'], set()),
        ):
            with self.subTest(user=user.login):
                apps = self.apps(user)
                self.assertEqual(next(iter(apps)), f'{MODULE}.outreach_menu_root')
                self.assertEqual(apps.pop(f'{MODULE}.outreach_menu_root'), entries)
                self.assertEqual(set(apps), others)

    def test_a_wider_role_keeps_its_apps(self):
        self.assertNotIn('contacts.menu_contacts', self.apps(self.user_helper))
        self.user_helper.group_ids += self.env.ref('event.group_event_user')
        apps = self.apps(self.user_helper)
        self.assertLessEqual({'contacts.menu_contacts', 'event.event_main_menu', 'mail.menu_root_discuss'}, set(apps))
        self.assertIn('mail.menu_root_discuss', self.apps(self.user_internal), "whoever has no role of ours is left alone")

    def test_partner_agency_has_its_referrals_once(self):
        partner = self.create_user('partner', f'{MODULE}.group_partner_agency')
        self.assertEqual(self.apps(partner)[f'{MODULE}.outreach_menu_root'], ['Today', 'Referrals'])
        for user in (partner, self.user_migration, self.user_immigration):
            actions = [menu['actionPath'] for menu in self.leaves(user)]
            self.assertEqual(actions.count('outreach-referrals'), 1)

    def test_every_entry_is_a_page(self):
        """A dialog needs a page behind it: an entry, or an address, that opens one alone leaves the window empty."""
        for user in (
            self.user_econ,
            self.user_job,
            self.user_migration,
            self.user_immigration,
            self.user_helper,
            self.user_manager,
            self.user_dpo,
            self.env.ref('base.user_admin'),
        ):
            for menu in self.leaves(user):
                action = self.env[menu['actionModel']].sudo().browse(menu['actionID'])
                with self.subTest(user=user.login, menu=menu['name']):
                    is_server = action._name == 'ir.actions.server'
                    values = action.with_user(user).run() if is_server else action.read(['type', 'target'])[0]
                    self.assertIn(values['type'], ('ir.actions.act_window', 'ir.actions.client'))
                    self.assertNotEqual(values.get('target'), 'new')
        own = self.env['ir.model.data'].search([('module', '=', MODULE), ('model', '=', 'ir.actions.act_window')]).mapped('res_id')
        dialogs = self.env['ir.actions.act_window'].search(Domain('id', 'in', own) & Domain('target', '=', 'new'))
        self.assertTrue(dialogs)
        self.assertFalse(dialogs.filtered('path'))

    @users('test_econ')
    def test_home_is_a_page_with_an_address(self):
        menus = self.env['ir.ui.menu'].load_web_menus(False)
        home = menus[menus['root']['children'][0]]
        self.assertEqual((home['actionModel'], home['actionPath']), ('ir.actions.client', 'heute'))
