"""Who may do what: the whole table, and the doors that a table does not show."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, users
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..common import MODULE, OutreachCommon

# r read, w write, c create, u unlink; every model of the addon has a line.
MATRIX = """
                                econ    job     migration immigration helper dpo   manager portal internal municipal
outreach.agency                 r       r       r         -           -      r     rwcu    -      -       r
outreach.barrier                -       rwcu    rwcu      -           -      -    -       -      -       -
outreach.cadence                r       r       r         -           -      -     rwcu    -      -       r
outreach.candidate              -       rwc     rwc       -           -      -    -       -      -       -
outreach.candidate.import       -       rwcu    -         -           -      -     -       -      -       -
outreach.candidate.import.row   -       r       -         -           -      -     -       -      -       -
outreach.candidate.language     -       rwcu    rwcu      -           -      -    -       -      -       -
outreach.candidate.occupation   -       rwcu    rwcu      -           -      -    -       -      -       -
outreach.candidate.pause        -       rwc     rwc       -           -      -     -       -      -       -
outreach.candidate.regime       -       rwcu    rwcu      -           -      -    -       -      -       -
outreach.everyday.word          r       r       r         -           -      -     rwcu    -      -       r
outreach.role.grant             -       -       -         -           -      r     -       -      -       -
outreach.access.log             -       -       -         -           -      r     -       -      -       -
outreach.export.permit          -       -       -         -           -      r     -       -      -       -
outreach.export.reason          -       -       -         -           -      -     -       -      -       -
outreach.consent                r       r       r         -           -      -     r       -      -       r
outreach.consent.note           rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
outreach.job.permit             -       rwcu    rwcu      -           -      -    -       -      -       -
outreach.candidate.skill        -       rwcu    rwcu      -           -      -    -       -      -       -
outreach.catalogue.import       -       -       -         -           -      -     rwcu   -      -       -
outreach.catalogue.import.demand -      -       -         -           -      -     r      -      -       -
outreach.catalogue.import.progress -      -       -         -           -      -     r      -      -       -
outreach.catalogue.import.table -       -       -         -           -      -     r      -      -       -
outreach.catalogue.link         -       -       -         -           -      -     r      -      -       -
outreach.company.import         -       -       -         -           -      -     rwcu    -      -       -
outreach.company.import.column  -       -       -         -           -      -     rwcu    -      -       -
outreach.company.import.row     -       -       -         -           -      -     rw      -      -       -
outreach.contact.decision       r       r       r         -           -      -     r       -      -       r
outreach.contact.log            rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
outreach.contact.mailing        rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
outreach.contact.mailing.line   rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
outreach.demand                 rwc     rwc     r         -           -      -     rwcu    r      -       rwc
outreach.demand.bundle          r       r       r         -           -      -     r       -      -       r
outreach.demand.close           rwc     rwc     -         -           -      -     rwc     -      -       rwc
outreach.match.count            -       r       -         -           -      -     -       -      -       -
outreach.demand.skill           rwcu    rwcu    r         -           -      -     rwcu    -      -       rwcu
outreach.due                    r       r       r         -           -      -     r       -      -       r
outreach.due.dismiss            rwc     rwc     -         -           -      -     rwc     -      -       rwc
outreach.due.dismissal          r       r       r         -           -      -     r       -      -       r
outreach.early.warning          rwc     rwc     rwc       -           -      -     rwcu    -      -       rwc
outreach.esco.lookup            -       -       -         -           -      -     rwcu    -      -       -
outreach.esco.lookup.line       -       -       -         -           -      -     rwcu    -      -       -
outreach.figure                 r       r       r         -           -      -     r       -      -       r
outreach.figure.ask             rwcu    rwcu    rwcu      -           -      -     rwcu    -      -       rwcu
outreach.figure.policy          -       -       -         -           -      r     -       -      -       -
outreach.figure.question        -       -       -         -           -      r     -       -      -       -
outreach.figure.table           -       -       -         -           -      -     -       -      -       -
outreach.hand.over              -       rwcu    rwcu      -           -      -     rwcu    -      -       -
outreach.hand.over.line         -       rwcu    rwcu      -           -      -     rwcu    -      -       -
outreach.holding                -       r       r         -           -      -     r       -      -       -
outreach.health                 -       -       -         -           -      -     -       -      -       -
outreach.health.token           -       -       -         -           -      -     -       -      -       -
outreach.industry               r       r       r         -           -      -     rwcu    -      -       r
outreach.industry.change        -       -       -         -           -      -     rwcu    -      -       -
outreach.industry.crosswalk     r       r       r         -           -      -     rwcu    -      -       r
outreach.instrument             r       r       r         -           -      -    rwcu    -      -       r
outreach.isco.group             r       r       r         -           -      -     rwcu    -      -       r
outreach.job.failure            -       -       -         -           -      -     -       -      -       -
outreach.label                  r       r       r         -           -      -     rwcu    -      -       r
outreach.minimum.wage           r       r       r         -           -      -     rwcu    -      -       r
outreach.restriction.word       r       r       r         -           -      -     rwcu    -      -       r
outreach.proof                  r       r       r         -           -      -     rwcu    -      -       r
outreach.language               r       r       r         -           -      -     rwcu    -      -       r
outreach.match                  -       r       r         -           -      -     -       -      -       -
outreach.measure                rwc     rwc     r         -           -      -     rwcu    -      -       rwc
outreach.municipality           r       r       r         -           r      -     rwcu    -      -       r
outreach.municipality.import    -       -       -         -           -      -     rwcu   -      -       -
outreach.municipality.import.county -       -       -         -           -      -     rwcu   -      -       -
outreach.municipality.import.line -       -       -         -           -      -     rwcu   -      -       -
outreach.occupation             r       r       r         -           -      -     rwcu    -      -       r
outreach.occupation.mapping     r       r       r         -           -      -     rwcu    -      -       r
outreach.occupation.skill       r       r       r         -           -      -     rwcu    -      -       r
outreach.permit.answer          -       -       -         rwc         -      -     -       -      -       -
outreach.permit.request         -       rwc     rwc       r           -      -    -       -      -       -
outreach.placement              -       rwc     -         -           -      -     -       -      -       -
outreach.pool                   r       rwc     rwc       -           -      -     r       -      -       r
outreach.privacy.check          -       -       -         -           -      r     -       -      -       -
outreach.promise                rwc     rwc     r         -           -      -     rwcu    -      -       rwc
outreach.promise.close          rwc     rwc     -         -           -      -     rwc     -      -       rwc
outreach.proposal               -       r       -         -           -      -     -       -      -       -
outreach.referral               rwc     rwc     r         r           -      -     rwcu    -      -       rwc
outreach.referral.answer        rwc     rwc     rwc       rwc         -      -     rwc     -      -       rwc
outreach.responsibility         rwcu    rwcu    r         -           -      -     rwcu    -      -       rwcu
outreach.search.entry           -       -       -         -           -      -     -       -      -       -
outreach.search.feature         -       -       -         -           -      -     -       -      -       -
outreach.skill                  r       r       r         -           -      -     rwcu    -      -       r
outreach.skill.group            r       r       r         -           -      -     rwcu    -      -       r
outreach.skill.relation         r       r       r         -           -      -     rwcu    -      -       r
outreach.supply                 -       r       r         -           -      -     -       -      -       -
outreach.topic                  r       r       r         r           -      -     rwcu    -      -       r
outreach.visit                  rwc     rwc     r         -           -      -     rwcu    r      -       rwc
outreach.visit.cancel           rwc     rwc     -         -           -      -     rwc     -      -       rwc
outreach.visit.day              rwcu    rwcu    r         -           -      -     rwcu    -      -       rwcu
outreach.visit.kind             r       r       r         -           -      -     rwcu    -      -       r
outreach.visit.member           rwcu    rwcu    r         -           -      -     rwcu    -      -       rwcu
outreach.visit.plan             rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
outreach.visit.plan.line        rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
outreach.visit.slot             rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
outreach.visit.slot.line        rwcu    rwcu    -         -           -      -     rwcu    -      -       rwcu
event.booth                     rwc     rwc     r         -           r      -     rwcu    r      -       rwc
event.event                     r       r       r         -           r      -     rwc     -      -       r
crm.lead                        rwc     rwc     -         -           -      -     rwc     -      -       rwc
"""
OPERATIONS = {'r': 'read', 'w': 'write', 'c': 'create', 'u': 'unlink'}

# Each way to a pool's count or note, as a function of the environment and the pool's id.
PEEKS = {
    'read': lambda env, pool: env['outreach.pool'].browse(pool).read(['head_count']),
    'read note': lambda env, pool: env['outreach.pool'].browse(pool).read(['note']),
    'web_read': lambda env, pool: env['outreach.pool'].browse(pool).web_read({'head_count': {}}),
    'web_read by demand': lambda env, pool: env['outreach.demand'].search([]).web_read({'pool_ids': {'fields': {'head_count': {}}}}),
    'search_read': lambda env, pool: env['outreach.pool'].search_read([], ['note']),
    'search': lambda env, pool: env['outreach.pool'].search([('head_count', '>', 12)]),
    'search note': lambda env, pool: env['outreach.pool'].search([('note', 'ilike', 'Syria')]),
    'search by demand': lambda env, pool: env['outreach.demand'].search([('pool_ids.head_count', '>', 12)]),
    'search any': lambda env, pool: env['outreach.demand'].search([('pool_ids', 'any', [('head_count', '>', 12)])]),
    'search by occupation': lambda env, pool: env['outreach.visit'].search([('demand_ids.pool_ids.note', '!=', False)]),
    'count': lambda env, pool: env['outreach.pool'].search_count([('head_count', '>', 12)]),
    'sort': lambda env, pool: env['outreach.pool'].search([], order='head_count desc'),
    'group': lambda env, pool: env['outreach.pool'].formatted_read_group([], ['head_count'], ['__count']),
    'group and sort': lambda env, pool: env['outreach.pool'].formatted_read_group([], ['name'], [], order='head_count:max'),
    'sum': lambda env, pool: env['outreach.pool'].formatted_read_group([], ['language_level'], ['head_count:sum']),
    'having': lambda env, pool: env['outreach.pool'].formatted_read_group(
        [], ['language_level'], ['__count'], having=[('head_count:sum', '>', 12)]
    ),
    'export': lambda env, pool: env['outreach.pool'].browse(pool).export_data(['head_count']),
    'export by demand': lambda env, pool: env['outreach.demand'].search([]).export_data(['pool_ids/head_count']),
    'write': lambda env, pool: env['outreach.pool'].browse(pool).write({'head_count': 1}),
}


class AccessCommon(OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_municipal = cls.create_user('municipal', f'{MODULE}.group_municipal_development')
        cls.agency_municipal.user_ids += cls.user_municipal
        cls.pool = (
            cls.env['outreach.pool']
            .with_user(cls.user_job)
            .create({'name': "Warehouse", 'head_count': 17, 'is_hand_counted': True, 'note': "two of them from Syria"})
        )
        cls.demand = cls.create_demand(pool_ids=[Command.link(cls.pool.id)])
        cls.visit = cls.create_visit(team=cls.user_econ | cls.user_job, demand_ids=[Command.link(cls.demand.id)])
        cls.fair = cls.create_fair(today=True)
        cls.stand = cls.create_stand(cls.fair)
        cls.event = cls.env['event.event'].create(
            {'name': "Staff Party", 'date_begin': fields.Datetime.now(), 'date_end': fields.Datetime.now() + timedelta(hours=2)}
        )


class TestAccessTable(AccessCommon):
    def test_table_is_complete(self):
        named = {line.split()[0] for line in MATRIX.strip().splitlines()[1:]}
        owned = {name for name, model in self.env.registry.items() if model._original_module == MODULE and not self.env[name]._abstract}
        self.assertGreater(len(owned), 10)
        self.assertFalse(owned - named, "models without a line in the access table")
        self.assertFalse(named - set(self.env.registry), "lines without a model")

    def test_table(self):
        header, *lines = MATRIX.strip().splitlines()
        roles = header.split()
        for model, *rights in map(str.split, lines):
            wanted = {role: right.strip('-') for role, right in zip(roles, rights, strict=True)}
            found = {
                role: ''.join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if self.env[model].with_user(getattr(self, f'user_{role}')).has_access(operation)
                )
                for role in roles
            }
            with self.subTest(model=model):
                self.assertEqual(found, wanted)

    def test_menus(self):
        own = self.env['ir.ui.menu'].browse(
            self.env['ir.model.data'].search([('module', '=', MODULE), ('model', '=', 'ir.ui.menu')]).mapped('res_id')
        )
        root = self.env.ref(f'{MODULE}.outreach_menu_root')
        self.assertIn(root, own)

        def visible(user):
            menus = own.browse(own.with_user(user).load_menus(False).keys() & set(own.ids))
            return {xmlid.split('.')[1] for xmlid in menus.get_external_id().values()}

        self.assertEqual(
            visible(self.user_immigration),
            {'outreach_menu_root', 'outreach_today_menu', 'outreach_referral_menu_partner', 'outreach_permit_request_menu'},
        )
        self.assertEqual(visible(self.user_internal), set())
        self.assertEqual(
            visible(self.user_helper),
            {'outreach_menu_root', 'outreach_today_menu', 'outreach_fair_menu', 'outreach_fair_menu_fairs', 'outreach_fair_menu_stands'},
        )
        self.assertIn('outreach_config_menu_agencies', visible(self.user_dpo))
        self.assertFalse(visible(self.user_dpo) & {'outreach_visit_menu', 'outreach_fair_menu_fairs', 'outreach_pool_menu'})
        self.assertNotIn('outreach_config_menu', visible(self.user_econ))
        self.assertIn('outreach_config_menu_kinds', visible(self.user_manager))

    def _specification(self, node, model, fields_by_model):
        """The fields that the web client asks for to show a view."""
        spec = {}
        for field in node.xpath('.//field[not(ancestor::field)]' if node.tag != 'field' else './*//field'):
            name = field.get('name')
            info = fields_by_model[model]['fields'].get(name)
            if not info:
                continue
            spec[name] = {'fields': {'display_name': {}}} if info.get('relation') else {}
            for sub in field.xpath('./list|./kanban|./form'):
                tree = etree.fromstring(etree.tostring(sub))
                spec[name]['fields'].update(self._specification(tree, info['relation'], fields_by_model))
        return spec

    def test_everybody_can_use_what_their_menus_open(self):
        """Open every view of every menu of every role, with the record that is there."""
        opened = 0
        for role in ('econ', 'job', 'migration', 'immigration', 'helper', 'dpo', 'manager'):
            user = getattr(self, f'user_{role}')
            Menu = self.env['ir.ui.menu'].with_user(user)
            root = self.env.ref(f'{MODULE}.outreach_menu_root').with_user(user)
            shown = [key for key in Menu.load_menus(False) if key != 'root']
            for menu in Menu.search([('id', 'child_of', root.id), ('id', 'in', shown), ('action', '!=', False)]):
                action = menu.sudo().action
                if action.type != 'ir.actions.act_window' or action.target == 'new':
                    continue
                Model = self.env[action.res_model].with_user(user)
                domain = safe_eval(action.domain or '[]', {'uid': user.id})
                views = Model.get_views([(view or False, kind) for view, kind in action.views])
                for kind in ('list', 'kanban', 'form'):
                    if kind not in views['views']:
                        continue
                    with self.subTest(role=role, menu=menu.name, view=kind):
                        arch = etree.fromstring(views['views'][kind]['arch'])
                        spec = self._specification(arch, action.res_model, views['models'])
                        Model.env.invalidate_all()
                        found = Model.web_search_read(domain, spec, limit=80)['records']
                        opened += bool(found)
        self.assertGreater(opened, 30)


class TestAccessPersons(AccessCommon):
    def _allow_export(self, user):
        user.sudo().group_ids += self.env.ref('base.group_allow_export')

    def test_every_way_to_the_count_is_a_way(self):
        """Precondition of the test below: the job centre gets through with each of them."""
        self._allow_export(self.user_job)
        for name, peek in PEEKS.items():
            with self.subTest(peek=name):
                self.env.invalidate_all()
                peek(self.env(user=self.user_job), self.pool.id)

    @users('test_econ', 'test_manager')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model')
    def test_count_is_closed(self):
        self._allow_export(self.env.user)
        for name, peek in PEEKS.items():
            with self.subTest(peek=name, user=self.env.user.login):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    peek(self.env, self.pool.id)
        pool = self.pool.with_user(self.env.user)
        self.assertFalse({'head_count', 'note'} & pool.fields_get().keys())
        for kind in ('form', 'list', 'search'):
            arch = etree.fromstring(pool.get_views([(False, kind)])['views'][kind]['arch'])
            self.assertFalse(arch.xpath("//field[@name='head_count' or @name='note']"), kind)
        self.env['outreach.figure.table'].sudo().search([]).unlink()  # the demo county's, of today
        for day, count, published in (('2026-11-23', 17, "about 20"), ('2026-11-24', 9, "about 20"), ('2026-11-25', 0, "not shown")):
            self.pool.head_count = count
            self.env.invalidate_all()
            with freeze_time(day):
                self.assertFalse(pool.read(['published_count'])[0]['published_count'], "nobody asked yet")
                pool.action_ask()
                self.env.invalidate_all()
                self.assertIn(published, pool.read(['published_count'])[0]['published_count'])

    @users('test_migration')
    def test_count_is_open_to_the_migration_centre(self):
        pool = self.pool.with_user(self.env.user)
        self.assertEqual((pool.head_count, pool.note), (17, "two of them from Syria"))
        pool.head_count = 23
        self.settle()
        messages = self.pool.sudo().message_ids
        self.assertTrue(messages, "creating a pool leaves a line in its chatter")
        self.assertFalse(messages.tracking_value_ids, "counts must not show in the chatter")
        self.assertFalse([body for body in messages.mapped('body') if '17' in body or '23' in body])

    def test_visitors_of_a_fair(self):
        desk = self.create_user('desk', f'{MODULE}.group_job_centre,event.group_event_registration_desk')
        question = self.env['event.question'].create(
            {'title': "Country", 'question_type': 'text_box', 'event_ids': [Command.set((self.fair | self.event).ids)]}
        )
        template = self.env['mail.template'].create({'name': "Test", 'model_id': self.env['ir.model']._get_id('event.registration')})
        scheduler = self.env['event.mail'].create(
            {'event_id': self.fair.id, 'interval_type': 'after_sub', 'template_ref': f'mail.template,{template.id}'}
        )
        visitors = self.env['event.registration'].create(
            [
                {
                    'event_id': event.id,
                    'name': "Nobody In Particular",
                    'registration_answer_ids': [Command.create({'question_id': question.id, 'value_text_box': "Nowhere"})],
                }
                for event in (self.fair, self.event)
            ]
        )
        at_fair = visitors[0]
        mails = self.env['event.mail.registration'].create({'scheduler_id': scheduler.id, 'registration_id': at_fair.id})
        answers = visitors.registration_answer_ids
        for records, at_the_fair in ((visitors, at_fair), (answers, at_fair.registration_answer_ids), (mails, mails)):
            with self.subTest(model=records._name):
                self.assertTrue(at_the_fair)
                self.assertEqual(records.with_user(desk).search([('id', 'in', records.ids)]), records.with_user(desk))
                self.assertEqual(
                    records.with_user(self.user_manager).search([('id', 'in', records.ids)]),
                    records - at_the_fair,
                    "a manager organises fairs, but sees visitors of other events only",
                )
                for user in (self.user_econ, self.user_job, self.user_helper, self.user_immigration):
                    self.assertFalse(records.with_user(user).has_access('read'))
        with self.assertRaises(AccessError):
            at_fair.with_user(self.user_manager).read(['name'])
        self.assertFalse(self.fair.with_user(self.user_manager).registration_ids)


class TestAccessRecords(AccessCommon):
    @users('test_econ', 'test_job', 'test_migration', 'test_helper')
    def test_job_fairs_only(self):
        events = (self.fair | self.event).with_user(self.env.user)
        self.assertEqual(events.search([('id', 'in', events.ids)]), self.fair)
        booth = self.create_stand(self.event, company=False, user=self.env.ref('base.user_admin'))
        booths = (self.stand | booth).with_user(self.env.user)
        self.assertEqual(booths.search([('id', 'in', booths.ids)]), self.stand)

    @users('test_helper')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_helper_notes_who_came_and_nothing_else(self):
        stand = self.create_stand(self.fair).with_user(self.env.user)
        with self.assertRaises(AccessError):
            stand.action_confirm_participation()
        stand.with_user(self.user_econ).action_confirm_participation()
        self.settle()
        for method in ('action_cancel_participation', 'action_waiting_list'):
            with self.assertRaises(AccessError, msg=method):
                getattr(stand, method)()
        call_kw(stand.browse(), 'action_came', [stand.ids], {})
        self.assertEqual(stand.participation_state, 'came')
        stand.action_no_show()
        self.assertEqual(stand.participation_state, 'no_show')
        self.settle()
        noted = stand.sudo().message_ids.filtered('tracking_value_ids')[:1]
        self.assertEqual(noted.author_id, self.env.user.partner_id)
        self.assertEqual(noted.tracking_value_ids.new_value_char, "Did not come")
        for values in ({'participation_state': 'no_show'}, {'name': "Mine"}, {'partner_id': self.other_company.id}, {'state': 'available'}):
            with self.assertRaises(AccessError, msg=str(values)):
                call_kw(stand.browse(), 'write', [stand.ids, values], {})
        for method, *args in (
            ('_set_participation', 'came', ['no_show']),
            ('_note_attendance', 'came', ['no_show']),
            ('_follow_participation_state',),
        ):
            self.assertTrue(callable(getattr(stand, method)))
            with self.assertRaises(AccessError, msg=method):
                call_kw(stand.browse(), method, [stand.ids, *args], {})
        self.assertEqual(stand.participation_state, 'no_show')
        with self.assertRaises(AccessError):
            self.fair.with_user(self.env.user).write({'actual_jobseekers': 3})

    @users('test_helper')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_rule')
    def test_helper_at_other_events(self):
        booth = self.create_stand(self.event, user=self.env.ref('base.user_admin'))
        with self.assertRaises(AccessError):
            booth.with_user(self.env.user).action_came()

    @users('test_migration', 'test_immigration', 'test_internal', 'test_portal')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_others_do_not_note_who_came(self):
        stand = self.create_stand(self.fair, participation_state='confirmed')
        with self.assertRaises(AccessError):
            stand.with_user(self.env.user).action_came()
        self.assertEqual(stand.participation_state, 'confirmed')

    @users('test_immigration', 'test_helper', 'test_dpo', 'test_internal')
    def test_company_page_is_closed(self):
        """Nothing that the offices know of a company, not even where they may read it; see test_closed_roles."""
        company = self.company.with_user(self.env.user)
        self.assertEqual(self.company.with_user(self.user_econ).outreach_visit_count, 1)
        self.assertNotIn('outreach_visit_count', company.get_views([(False, 'form')])['views']['form']['arch'])
        for name in (
            'outreach_wish_note',
            'outreach_blocked_until',
            'outreach_max_contacts',
            'outreach_consent_email',
            'outreach_visit_count',
        ):
            with self.assertRaises(AccessError, msg=name), mute_logger('odoo.models', 'odoo.orm.models'):
                company.read([name])
            with self.assertRaises(AccessError, msg=name), mute_logger('odoo.models', 'odoo.orm.models'):
                company.search([(name, '!=', False)])

    def _note_consent(self):
        self.company.with_user(self.user_econ)._note_outreach_consent('email', 'granted', '2026-01-01', "Petra", "Yes")
        return self.company.outreach_consent_ids

    def _insert_access(self, candidate):
        """A line of the log, in the transaction of the test."""
        self.cr.execute(
            'INSERT INTO outreach_access_log (user_number, login, kind, res_model, res_id, day, first_on, company_id)'
            " VALUES (%s, 'x', 'read', %s, %s, current_date, now(), %s) RETURNING id",
            [self.user_job.id, candidate._name, candidate.id, self.env.company.id],
        )
        return self.env['outreach.access.log'].browse(self.cr.fetchone()[0])

    def _ask_for_pool(self):
        self.pool.with_user(self.user_job).action_ask()
        return self.env['outreach.figure'].with_user(self.user_job).search([('pool_id', '=', self.pool.id)]).sudo()

    def test_other_organisation(self):
        """No record of one organisation is found by a colleague of another one."""
        elsewhere = self.env['res.company'].create({'name': "Test County Elsewhere"})
        stranger = self.create_user('stranger', f'{MODULE}.group_job_centre')
        stranger.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        manager = self.create_user('elsewhere', f'{MODULE}.group_outreach_manager')
        manager.write({'company_ids': [Command.set(elsewhere.ids)], 'company_id': elsewhere.id})
        self.env['outreach.demand.skill'].create(
            {'demand_id': self.demand.id, 'skill_id': self.env['outreach.skill'].create({'name': "Test Skill"}).id}
        )
        candidate = self.env['outreach.candidate'].create({'barrier_ids': [Command.create({'kind': 'mobility'})]})
        records = {
            'outreach.candidate': candidate,
            'outreach.barrier': candidate.barrier_ids,
            'outreach.permit.request': self.env['outreach.permit.request'].create(
                {
                    'candidate_id': candidate.id,
                    'foreign_reference': "ABH 1",
                    'from_agency_id': self.agency_job.id,
                    'from_user_id': self.user_job.id,
                    'to_agency_id': self.agency_immigration.id,
                    'date_answer': '2026-12-01',
                }
            ),
            'outreach.proposal': self.env['outreach.proposal'].create(
                {
                    'demand_id': self.demand.id,
                    'candidate_id': candidate.id,
                    'fit': '1_now',
                    'user_id': self.user_job.id,
                    'company_id': self.env.company.id,
                }
            ),
            'outreach.access.log': self._insert_access(candidate),
            'outreach.consent': self._note_consent(),
            'outreach.export.permit': self.env['outreach.export.permit'].create(
                {'login': 'x', 'reason': "test", 'date_from': '2026-11-30', 'date_until': '2026-11-30', 'company_id': self.env.company.id}
            ),
            'outreach.role.grant': self.env['outreach.role.grant'].search([('user_id', '=', self.user_job.id)]),
            'outreach.agency': self.agency_econ,
            'outreach.responsibility': self.company.outreach_responsibility_ids,
            'outreach.visit': self.visit,
            'outreach.visit.day': self.env['outreach.visit.day'].create({}),
            'outreach.visit.member': self.visit.member_ids,
            'outreach.demand': self.demand,
            'outreach.demand.skill': self.demand.skill_ids,
            'outreach.demand.bundle': self.env['outreach.demand.bundle'].search([('company_id', '=', self.demand.company_id.id)]),
            'outreach.measure': self.env['outreach.measure'].with_user(self.user_job).create({'name': "Test Measure"}),
            'outreach.pool': self.pool,
            'outreach.figure': self._ask_for_pool(),
            'outreach.figure.policy': self.env['outreach.figure.policy'].create({}),
            'outreach.figure.question': self.env['outreach.figure.question'].search([('user_id', '=', self.user_job.id)]),
            'outreach.supply': self.env['outreach.supply'].browse(2 * self.demand.id),
            **self.create_follow_ups(),
            'outreach.contact.decision': self.create_visit(team=self.user_migration, user=self.user_job, anyway_reason="test").decision_ids,
            'outreach.due.dismissal': self.env['outreach.due.dismissal'].create(
                {
                    'partner_id': self.company.id,
                    'reason': "test",
                    'date_until': '2100-01-01',
                    'user_id': self.user_econ.id,
                    'company_id': self.env.company.id,
                }
            ),
            'outreach.due': self.env['outreach.due'].browse(
                self.env['res.partner']
                .create({'name': "Never Visited", 'is_company': True, 'outreach_company': True, 'company_id': self.env.company.id})
                .id
            ),
        }
        with_company = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == MODULE
            and not self.env[name]._abstract
            and not self.env[name]._transient
            and 'company_id' in self.env[name]._fields
        }
        with_company.remove('outreach.figure.table')  # nobody reads it
        self.assertFalse(with_company - records.keys(), "models with an organisation that this test does not know")
        for model, found in records.items():
            self.assertTrue(found, model)
            reader = (
                self.user_dpo
                if model
                in (
                    'outreach.figure.policy',
                    'outreach.figure.question',
                    'outreach.role.grant',
                    'outreach.access.log',
                    'outreach.export.permit',
                )
                else self.user_job
            )
            self.assertEqual(found.with_user(reader).search([('id', 'in', found.ids)]), found)
            for user in (stranger, manager):
                with self.subTest(model=model, user=user.login):
                    if self.env[model].with_user(user).has_access('read'):
                        self.assertFalse(found.with_user(user).search([('id', 'in', found.ids)]))
                    self.assertFalse(found.with_user(user).has_access('read'))

    @users('test_econ')
    @mute_logger('odoo.models', 'odoo.addons.base.models.ir_rule')
    def test_leads(self):
        """All outreach leads, whoever they are assigned to; of other teams only what core gives a salesman."""
        ours = self.visit.lead_id
        ours.sudo().user_id = self.user_job
        sales = (
            self.env['crm.lead']
            .sudo()
            .create(
                {
                    'name': "Somebody else's sale",
                    'type': 'opportunity',
                    'user_id': self.user_manager.id,
                    'team_id': self.env['crm.team'].sudo().create({'name': "Test Sales"}).id,
                }
            )
        )
        leads = (ours | sales).with_user(self.env.user)
        self.assertEqual(leads.search([('id', 'in', leads.ids)]), ours)
        ours.with_user(self.env.user).write({'priority': '2'})
        with self.assertRaises(AccessError):
            sales.with_user(self.env.user).read(['name'])
        self.assertIn(sales, sales.with_user(self.user_manager).search([('id', 'in', leads.ids)]))

    def test_officers_see_colleagues_visits(self):
        theirs = self.create_visit(team=self.user_job, user=self.user_job)
        theirs.with_user(self.user_econ).write({'location': "Gate 2"})
        self.assertEqual(theirs.location, "Gate 2")
        self.assertEqual(theirs.with_user(self.user_migration).location, "Gate 2")
