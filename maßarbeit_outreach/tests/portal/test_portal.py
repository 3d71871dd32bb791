"""What an employer can reach by rights, records and methods, whatever the pages show. HTTP: test_portal_http."""

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.portal.outreach_demand_portal import PortalInputError, PortalRefused, PortalTooMany
from ..common import MODULE, OutreachCommon

SECRET = "Zwiebelkuchen"


def make_sample(field):
    """Values to look for that core cannot answer without looking, as it can for "is it set?" of a required field."""
    return [1] if field.relational or field.type == 'integer' else [1.5] if field.type == 'float' else ['x']


class PortalCommon(OutreachCommon):
    """One visit, demand and stand of each of the two employers; everything that is for the house says `SECRET`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair = cls.create_fair()
        cls.own, cls.foreign = (cls._create_records(company) for company in (cls.company, cls.other_company))
        cls.colleague = cls.create_user(
            'colleague',
            f'{MODULE}.group_portal_employer',
            name="Karl Kollege",
            partner_id=cls.env['res.partner'].create({'name': "Karl Kollege", 'parent_id': cls.company.id}).id,
        )

    @classmethod
    def _create_records(cls, company):
        visit = cls.create_visit(company, team=cls.user_econ + cls.user_job, stage='done', report_text=SECRET)
        demand = cls.create_demand(company, name=f"Welder for {company.name}", visit_id=visit.id, external_supplier=SECRET)
        stand = cls.create_stand(cls.fair, company, name=f"Stand of {company.name}", demand_ids=[Command.set(demand.ids)])
        for record in (visit, demand, stand):
            record.sudo().message_post(body=SECRET, subtype_xmlid='mail.mt_comment')
            cls.env['ir.attachment'].create({'name': SECRET, 'raw': SECRET.encode(), 'res_model': record._name, 'res_id': record.id})
        return {record._name: record.sudo(False).with_user(cls.env.user) for record in (visit, demand, stand)}


@tagged('post_install', '-at_install', 'outreach_portal')
class TestPortalAccess(PortalCommon):
    """The portal user by RPC."""

    HIDDEN = {
        'outreach.visit': [
            'report_text',
            'member_ids',
            'user_ids',
            'agency_ids',
            'lead_id',
            'event_id',
            'result',
            'promise_ids',
            'cancel_reason',
            'topic_ids',
            'contact_ids',
            'demand_ids',
            'message_ids',
            'activity_ids',
            'message_follower_ids',
            'create_uid',
            'report_properties',
        ],
        'outreach.demand': [
            'visit_id',
            'lead_id',
            'user_id',
            'agency_id',
            'closed_reason',
            'pool_ids',
            'stand_ids',
            'wage_from',
            'driving_licence',
            'external_supplier',
            'positions_filled',
            'contact_id',
            'source',
            'message_ids',
            'activity_ids',
            'portal_submission',
            'create_uid',
        ],
        'event.booth': ['demand_ids', 'message_ids', 'contact_email', 'contact_phone', 'state', 'activity_ids'],
    }

    def _assert_refused(self, attempt, *also):
        """`assertRaises` for more than one kind of error, which Odoo's does not take."""
        try:
            with self.cr.savepoint():
                result = attempt()
        except (AccessError, *also):
            return
        self.fail(f"not refused, answered {result!r}")

    def test_fixture(self):
        """Everything tested below exists and is readable for an officer."""
        for model, record in self.own.items():
            with self.subTest(model=model):
                self.assertIn(SECRET, str(record.with_user(self.user_econ).message_ids.mapped('body')))
        self.assertEqual(self.own['outreach.visit'].with_user(self.user_econ).report_text, SECRET)

    def test_reads_own_records_only(self):
        for user, own in ((self.user_portal, self.own), (self.colleague, self.own), (self.user_portal_other, self.foreign)):
            for model, record in own.items():
                with self.subTest(user=user.login, model=model):
                    self.assertEqual(self.env[model].with_user(user).search([]), record)
                    record.with_user(user).read(sorted(record._portal_fields))

    def test_foreign_records_are_as_if_missing(self):
        for model, record in self.foreign.items():
            foreign = record.with_user(self.user_portal)
            with self.subTest(model=model):
                self.assertFalse(foreign.search([('id', '=', foreign.id)]))
                with self.assertRaises(AccessError):
                    foreign.read(['display_name'])
                self._assert_refused(lambda foreign=foreign: foreign.web_read({'display_name': {}}), MissingError)

    def test_white_list(self):
        """Neither read, nor search, sort, group, or export tells what is not listed."""
        for model, names in self.HIDDEN.items():
            record = self.own[model].with_user(self.user_portal)
            for name in names:
                if name not in record._fields:
                    continue
                with self.subTest(model=model, field=name):
                    self.assertNotIn(name, record.fields_get())
                    for attempt in (
                        lambda record=record, name=name: record.read([name]),
                        lambda record=record, name=name: record.web_search_read([], {name: {}}),
                        lambda record=record, name=name: record.search([(name, 'in', make_sample(record._fields[name]))]),
                        lambda record=record, name=name: record.formatted_read_group([], [name], ['__count']),
                    ):
                        self._assert_refused(attempt, ValueError)
                    self._assert_refused(lambda record=record, name=name: record.search([], order=name), ValueError, UserError)
            with self.subTest(model=model, method='export_data'), self.assertRaises(UserError):
                record.export_data(['id', names[0]])

    def test_read_everything_readable_has_no_secret(self):
        for model, record in self.own.items():
            with self.subTest(model=model):
                self.assertNotIn(SECRET, str(record.with_user(self.user_portal).read()))

    def test_no_write(self):
        for model, record in self.own.items():
            own = record.with_user(self.user_portal)
            for attempt in (
                lambda own=own: own.write({'name' if 'name' in own._fields else 'location': "x"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
                lambda own=own: own.create({'partner_id': self.company.id}),
                lambda own=own: own.web_save({'display_name': "x"}, {}),
                lambda own=own: own.action_archive() if 'active' in own._fields else own.write({}) or own.unlink(),
            ):
                with self.subTest(model=model), self.assertRaises(AccessError):
                    attempt()

    def test_no_chatter(self):
        """Neither reads nor writes messages, follows, or plans activities."""
        Message = self.env['mail.message'].with_user(self.user_portal)
        for model, record in self.own.items():
            own = record.with_user(self.user_portal)
            hidden = self.env['mail.message'].search([('model', '=', model), ('res_id', '=', record.id)])
            self.assertTrue(hidden)
            with self.subTest(model=model):
                self.assertFalse(Message.search([('model', '=', model), ('res_id', '=', record.id)]))
                with self.assertRaises(AccessError):
                    hidden.with_user(self.user_portal).read(['body'])
                with self.assertRaises(AccessError):
                    own.message_post(body="x")
                with self.assertRaises(AccessError):
                    Message.create({'model': model, 'res_id': record.id, 'body': "x"})
                with self.assertRaises(AccessError):
                    own.message_subscribe(partner_ids=self.user_portal.partner_id.ids)
                with self.assertRaises(AccessError):
                    own.activity_schedule('mail.mail_activity_data_todo', user_id=self.user_portal.id)
                self.assertNotIn(self.user_portal.partner_id, record.sudo().message_partner_ids)

    def test_no_attachments(self):
        for model, record in self.own.items():
            attachment = self.env['ir.attachment'].search([('res_model', '=', model), ('res_id', '=', record.id)])
            self.assertTrue(attachment)
            with self.subTest(model=model):
                self.assertFalse(attachment.with_user(self.user_portal).search([('id', 'in', attachment.ids)]))
                with self.assertRaises(AccessError):
                    attachment.with_user(self.user_portal).read(['raw'])

    @mute_logger('odoo.addons.base.models.ir_rule', 'odoo.addons.base.models.ir_model')
    def test_related_models(self):
        """What hangs on the records: nothing of it can be read."""
        visit, demand = self.own['outreach.visit'], self.own['outreach.demand']
        pool = self.env['outreach.pool'].create({'name': "Pool"}) if 'outreach.pool' in self.env else None
        for record in filter(
            None,
            (
                visit.sudo().lead_id,
                pool,
                self.agency_econ,
                visit.sudo().member_ids[:1],
                visit.sudo().event_id,
                self.env['outreach.responsibility'].search([('partner_id', '=', self.company.id)], limit=1),
                self.user_econ.partner_id,
                self.fair,
                demand.sudo().activity_ids,
                visit.sudo().kind_id,
                self.env['mail.followers'].search([('res_model', '=', 'outreach.visit')], limit=1),
            ),
        ):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.user_portal).read(['id', record._rec_name or 'id'])

    def test_own_company_hides_how_it_is_handled(self):
        """An employer reads the address of the own company, not what the offices think of it."""
        company = self.company.with_user(self.user_portal)
        self.assertEqual(company.read(['name'])[0]['name'], self.company.name)
        for name in (
            'outreach_vetting',
            'outreach_consent_phone',
            'outreach_lead_id',
            'outreach_responsibility_ids',
            'outreach_visit_ids',
            'outreach_portal_user_ids',
        ):
            with self.subTest(field=name):
                with self.assertRaises(AccessError):
                    company.read([name])
                if company._fields[name].store:
                    with self.assertRaises(AccessError):
                        company.search([(name, '=', 1)])
        with self.assertRaises(AccessError):
            self.own['outreach.demand'].with_user(self.user_portal).search([('partner_id.outreach_vetting', '=', 'new')])

    def test_search_through_relations(self):
        """A path over a related record answers no question about a hidden field."""
        for model, path in (
            ('outreach.demand', 'visit_id.report_text'),
            ('outreach.demand', 'partner_id.outreach_visit_ids.report_text'),
            ('res.partner', 'outreach_visit_ids.report_text'),
            ('event.booth', 'demand_ids.external_supplier'),
            ('calendar.event', 'outreach_visit_ids.report_text'),
        ):
            with self.subTest(path=path), self.assertRaises(AccessError):
                self.env[model].with_user(self.user_portal).search([(path, 'ilike', SECRET)])

    def test_name_search(self):
        for model, record in self.own.items():
            Model = self.env[model].with_user(self.user_portal)
            with self.subTest(model=model):
                for term in ('', self.company.name, self.other_company.name):
                    try:
                        found = {res_id for res_id, __ in Model.name_search(term)}
                    except AccessError:
                        continue
                    self.assertLessEqual(found, {record.id})

    def test_contact_changes_company(self):
        """From that moment on they see the new company's records and no others."""
        self.assertEqual(self.env['outreach.demand'].with_user(self.user_portal).search([]), self.own['outreach.demand'])
        self.contact.parent_id = self.other_company
        for model, record in self.foreign.items():
            with self.subTest(model=model):
                self.assertEqual(self.env[model].with_user(self.user_portal).search([]), record)

    def test_without_group_nothing(self):
        plain = self.create_user(
            'plain',
            'base.group_portal',
            name="Plain",
            partner_id=self.env['res.partner'].create({'name': "P", 'parent_id': self.company.id}).id,
        )
        for model in self.own:
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(plain).search([])

    def test_methods_of_the_door_are_private(self):
        Demand = self.env['outreach.demand'].with_user(self.user_portal)
        for method in ('_create_from_portal', '_update_from_portal', '_withdraw_from_portal', '_ask_to_check'):
            with self.subTest(method=method), self.assertRaises(AccessError):
                get_public_method(Demand, method)

    def test_officers_buttons(self):
        """Buttons of the office change nothing in an employer's hands."""
        visit = self.own['outreach.visit'].with_user(self.user_portal)
        demand = self.own['outreach.demand'].with_user(self.user_portal)
        for method in (visit.action_reset, demand.action_check, demand.action_start_placement, demand.action_pause):
            with self.subTest(method=method.__name__), self.assertRaises(AccessError):
                method()


@tagged('post_install', '-at_install', 'outreach_portal')
class TestPortalDoor(PortalCommon):
    """Entering, correcting and withdrawing a demand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['outreach.responsibility'].search([('partner_id', '=', cls.company.id)]).unlink()
        cls.env['outreach.responsibility'].create(
            {'partner_id': cls.company.id, 'agency_id': cls.agency_job.id, 'user_id': cls.user_job.id}
        )
        cls.values = {'name': "Two for the warehouse", 'positions': '2'}

    def _create(self, user=None, submission=None, **values):
        return (
            self.env['outreach.demand']
            .with_user(user or self.user_portal)
            ._create_from_portal({**self.values, **values}, submission=submission)
        )

    def _get_checks(self, demand):
        return demand.activity_ids.filtered(lambda activity: activity.automated)

    def test_create(self):
        start = fields.Date.add(fields.Date.context_today(self.env.user), days=40)
        demand = self._create(
            start_date=str(start),
            description="Shifts\r\nBus",
            language_level='3_b1',
            accepted_language_level='2_a2',
            accepted_note="with a course",
        )
        self.assertRecordValues(
            demand,
            [
                {
                    'name': "Two for the warehouse",
                    'positions': 2,
                    'positions_open': 2,
                    'partner_id': self.company.id,
                    'contact_id': self.contact.id,
                    'user_id': self.user_job.id,
                    'agency_id': self.agency_job.id,
                    'source': 'portal',
                    'stage': 'recorded',
                    'start_date': start,
                    'description': "Shifts\nBus",
                    'language_level': '3_b1',
                    'accepted_language_level': '2_a2',
                    'accepted_note': "with a course",
                }
            ],
        )
        self.assertTrue(demand.lead_id)
        self.assertEqual(self._get_checks(demand).user_id, self.user_job)
        self.assertNotIn(self.contact, demand.message_partner_ids, "an employer follows nothing")
        self.assertEqual(demand.with_user(self.colleague).name, demand.name)
        self.assertFalse(demand.with_user(self.user_portal_other).search([('id', '=', demand.id)]))

    def test_nothing_but_the_white_list(self):
        """What a form adds by hand is not read."""
        demand = self._create(
            partner_id=self.other_company.id,
            stage='checked',
            source='officer',
            user_id=str(self.user_econ.id),
            positions_filled='2',
            wage_from='3',
            company_id='99',
            pool_ids='1',
        )
        self.assertRecordValues(
            demand,
            [
                {
                    'partner_id': self.company.id,
                    'stage': 'recorded',
                    'source': 'portal',
                    'user_id': self.user_job.id,
                    'positions_filled': 0,
                    'wage_from': 0.0,
                    'company_id': self.env.company.id,
                }
            ],
        )

    def test_same_form_twice(self):
        first, second = self._create(submission='abc'), self._create(submission='abc')
        self.assertEqual(first, second)
        self.assertNotEqual(self._create(submission='def'), first)
        self.assertNotEqual(self._create(user=self.user_portal_other, submission='abc'), first)

    def test_so_many_a_day(self):
        """Per company, whoever of it enters them and whatever became of them; the next day it goes on."""
        Demand = self.env['outreach.demand']
        self.patch(self.env.registry['outreach.demand'], 'PORTAL_MOST_DEMANDS', 3)
        self._create()._withdraw_from_portal()
        self._create(user=self.colleague)
        known = self._create(submission='abc')
        for user in (self.user_portal, self.colleague):
            with self.assertRaisesRegex(PortalTooMany, "3 demands within 24 hours"):
                self._create(user=user)
        self.assertEqual(self._create(submission='abc'), known, "the same form again is no further demand")
        self._create(user=self.user_portal_other)
        self.create_demand()  # an officer is not counted, and not stopped
        self.env.flush_all()
        self.env.cr.execute("UPDATE outreach_demand SET create_date = create_date - interval '25 hours' WHERE id = %s", [known.id])
        Demand.invalidate_model(['create_date'])
        self._create()

    def test_so_many_corrections_a_day(self):
        self.patch(self.env.registry['outreach.demand'], 'PORTAL_MOST_CORRECTIONS', 2)
        demand = self._create().with_user(self.user_portal)
        for number in ('3', '4'):
            demand._update_from_portal({**self.values, 'positions': number})
        with self.assertRaisesRegex(PortalTooMany, "2 times within 24 hours"):
            demand._update_from_portal({**self.values, 'positions': '5'})
        self.assertEqual(demand.positions, 4)
        demand._withdraw_from_portal()

    def test_nobody_responsible(self):
        """Then the leader of the team checks, and without one a manager."""
        self.env['outreach.responsibility'].search([('partner_id', '=', self.company.id)]).user_id = False
        team = self.env['crm.team']._get_outreach_team()
        team.user_id = self.user_econ
        demand = self._create()
        self.assertFalse(demand.user_id)
        self.assertEqual(self._get_checks(demand).user_id, self.user_econ)
        team.user_id = False
        checker = self._get_checks(self._create()).user_id
        self.assertTrue(checker.has_group(f'{MODULE}.group_outreach_manager'))
        self.assertTrue(checker._is_internal())

    def test_mistakes_are_named_all_at_once(self):
        yesterday = fields.Date.subtract(fields.Date.context_today(self.env.user), days=1)
        before = self.env['outreach.demand'].search_count([])
        for values, wrong in (
            ({'name': "  "}, {'name'}),
            ({'name': "x" * 121}, {'name'}),
            ({'name': "", 'positions': "many", 'start_date': "soon"}, {'name', 'positions', 'start_date'}),
            ({'positions': "0"}, {'positions'}),
            ({'positions': "-1"}, {'positions'}),
            ({'positions': "1e3"}, {'positions'}),
            ({'positions': "²"}, {'positions'}),
            ({'positions': "9" * 400}, {'positions'}),
            ({'positions': None}, {'positions'}),
            ({'start_date': str(yesterday)}, {'start_date'}),
            ({'start_date': "2026-02-31"}, {'start_date'}),
            ({'start_date': "9999-12-31"}, {'start_date'}),
            ({'description': "x" * 4001}, {'description'}),
            ({'accepted_note': "x" * 201}, {'accepted_note'}),
            ({'language_level': "fluent"}, {'language_level'}),
            ({'occupation_id': "999999999"}, {'occupation'}),
        ):
            with self.subTest(values=str(values)[:60]):
                with self.assertRaises(PortalInputError) as raised:
                    self._create(**values)
                self.assertEqual(set(raised.exception.errors), wrong)
        self.assertEqual(self.env['outreach.demand'].search_count([]), before)

    def test_odd_input(self):
        """Zero bytes, mark-up, and things that are no text."""
        demand = self._create(name="<b>We\x00lder</b>\n TIG", description=b"file", accepted_note=["x"])
        self.assertRecordValues(demand, [{'name': "<b>Welder</b> TIG", 'description': False, 'accepted_note': False}])

    def test_occupation(self):
        Occupation = self.env['outreach.occupation']
        baker = Occupation.create({'name': "Probebäckerin", 'code': '99981'})
        Occupation.create({'name': "Probebäckereihelfer", 'code': '99982'})
        self.assertEqual(self._create(occupation="probebäckerin").occupation_id, baker)
        self.env['res.lang']._activate_lang('de_DE')
        baker.with_context(lang='de_DE').name = "Teigkünstlerin"
        self.assertEqual(self._create(occupation="Teigkünstlerin").occupation_id, baker, "in any language of the house")
        self.assertEqual(self._create(occupation="x", occupation_id=str(baker.id)).occupation_id, baker)
        with self.assertRaises(PortalInputError) as raised:
            self._create(occupation="Probebäck")
        self.assertEqual(set(raised.exception.errors), {'occupation'})
        for words, chosen in (("Probebäck", '0'), ("Wolkenschieber", None)):
            with self.subTest(words=words):
                demand = self._create(occupation=words, occupation_id=chosen)
                self.assertFalse(demand.occupation_id)
                self.assertIn(words, self._get_checks(demand).note, "the officer reads the employer's own words")

    def test_blocked_company(self):
        demand = self._create()
        self.company.outreach_vetting = 'blocked'
        before = self.env['outreach.demand'].search_count([]), self.env['mail.activity'].search_count([])
        with self.assertRaises(PortalRefused):
            self._create()
        with self.assertRaises(PortalRefused):
            demand.with_user(self.user_portal)._update_from_portal(self.values)
        self.assertEqual((self.env['outreach.demand'].search_count([]), self.env['mail.activity'].search_count([])), before)

    def test_who_may_not(self):
        plain = self.create_user('plain', 'base.group_portal', name="Plain")
        for user in (plain, self.user_internal, self.user_econ, self.env.ref('base.public_user')):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._create(user=user)
        alone = self.create_user('alone', f'{MODULE}.group_portal_employer', name="Without Company")
        with self.assertRaises(PortalRefused):
            self._create(user=alone)

    def test_update(self):
        demand = self._create()
        demand.with_user(self.colleague)._update_from_portal({**self.values, 'positions': '3', 'description': "Now three"})
        self.assertRecordValues(demand, [{'positions': 3, 'description': "Now three", 'stage': 'recorded', 'source': 'portal'}])
        self.assertEqual(demand.message_ids[0].author_id, self.colleague.partner_id)
        before = len(demand.message_ids)
        demand.with_user(self.colleague)._update_from_portal({**self.values, 'positions': '3', 'description': "Now three"})
        self.assertEqual(len(demand.message_ids), before, "nothing changed, nothing to tell")

    def test_withdraw(self):
        demand = self._create()
        demand.with_user(self.user_portal)._withdraw_from_portal()
        self.assertRecordValues(demand, [{'stage': 'closed', 'closed_reason': 'need_gone'}])
        self.assertFalse(self._get_checks(demand), "nobody needs to check it any more")

    def test_after_the_check(self):
        """From the check on the demand is the officer's."""
        demand = self._create()
        demand.with_user(self.user_job).action_check()
        self.assertFalse(self._get_checks(demand), "checked is done")
        for attempt in (
            lambda: demand.with_user(self.user_portal)._update_from_portal(self.values),
            lambda: demand.with_user(self.user_portal)._withdraw_from_portal(),
        ):
            with self.assertRaises(PortalRefused):
                attempt()
        self.assertEqual(demand.stage, 'checked')

    def test_officers_demand_is_not_the_employers_to_change(self):
        own = self.own['outreach.demand']
        with self.assertRaises(PortalRefused):
            own.with_user(self.user_portal)._withdraw_from_portal()

    def test_foreign_demand(self):
        demand = self._create()
        for attempt in (
            lambda: demand.with_user(self.user_portal_other)._update_from_portal(self.values),
            lambda: demand.with_user(self.user_portal_other)._withdraw_from_portal(),
            lambda: demand.with_user(self.user_portal_other).sudo()._withdraw_from_portal(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(demand.stage, 'recorded')


@tagged('post_install', '-at_install', 'outreach_portal')
class TestPortalInvitation(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.outreach_company = True
        cls.newcomer = cls.env['res.partner'].create(
            {'name': "Nele Neu", 'parent_id': cls.company.id, 'email': 'nele@probewerk.example', 'lang': 'en_US'}
        )

    def test_invite(self):
        contact = self.newcomer.with_user(self.user_econ)
        self.assertEqual(contact.outreach_portal_access, 'possible')
        contact.action_invite_outreach_employer()
        user = self.newcomer.user_ids
        self.assertEqual(user.login, 'nele@probewerk.example')
        self.assertTrue(user.share)
        self.assertTrue(user.has_group(f'{MODULE}.group_portal_employer'))
        self.assertFalse(user._is_internal())
        contact.invalidate_recordset()
        self.assertEqual(contact.outreach_portal_access, 'employer')
        mail = self.env['mail.mail'].sudo().search([('model', '=', 'res.users'), ('res_id', '=', user.id)])
        self.assertTrue(mail)
        contact.action_invite_outreach_employer()
        self.assertEqual(self.newcomer.user_ids, user, "once more sends the invitation, and nothing else")

    def test_existing_portal_user(self):
        user = self.create_user('plain', 'base.group_portal', name="Nele Neu", partner_id=self.newcomer.id)
        self.newcomer.email = user.login + '@probewerk.example'
        user.login = self.newcomer.email
        self.newcomer.with_user(self.user_econ).action_invite_outreach_employer()
        self.assertEqual(self.newcomer.user_ids, user)
        self.assertTrue(user.has_group(f'{MODULE}.group_portal_employer'))

    def test_refused(self):
        contact = self.newcomer.with_user(self.user_econ)
        for user in (self.user_migration, self.user_internal, self.user_portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.newcomer.with_user(user).action_invite_outreach_employer()
        for case, change in (
            ("no e-mail", lambda: self.newcomer.write({'email': False})),
            ("no e-mail address", lambda: self.newcomer.write({'email': "nobody"})),
            ("login taken", lambda: self.newcomer.write({'email': self.user_job.login})),
            ("company not in outreach", lambda: self.company.write({'outreach_company': False})),
            ("blocked company", lambda: self.company.write({'outreach_vetting': 'blocked'})),
            ("no company", lambda: self.newcomer.write({'parent_id': False})),
        ):
            with self.subTest(case), self.cr.savepoint() as savepoint:
                if case == "login taken":
                    self.user_job.login = 'job@outreach.example'
                change()
                with self.assertRaises(UserError):
                    contact.action_invite_outreach_employer()
                self.assertFalse(self.newcomer.with_context(active_test=False).user_ids)
                savepoint.rollback()
                self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.company.with_user(self.user_econ).action_invite_outreach_employer()

    def test_never_an_internal_user(self):
        colleague = self.user_internal
        colleague.partner_id.write({'parent_id': self.company.id})
        for active in (True, False):
            colleague.active = active
            groups = colleague.group_ids
            with self.subTest(active=active):
                self.assertFalse(colleague.partner_id.with_user(self.user_econ).outreach_portal_access)
                with self.assertRaises(UserError):
                    colleague.partner_id.with_user(self.user_econ).action_invite_outreach_employer()
                self.assertEqual((colleague.active, colleague.group_ids), (active, groups))

    def test_revoke(self):
        """Core's wizard takes the access away again."""
        self.newcomer.with_user(self.user_econ).action_invite_outreach_employer()
        user = self.newcomer.user_ids
        wizard = self.env['portal.wizard'].with_user(self.user_econ).create({'partner_ids': [Command.set(self.newcomer.ids)]})
        wizard.user_ids.action_revoke_access()
        self.assertFalse(user.active)
        self.assertFalse(user.has_group(f'{MODULE}.group_portal_employer'))
        self.assertFalse(user.has_group('base.group_portal'))
