"""Nobody but the job centre and the migration centre learns of a candidate, on any path."""

from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import AsciiCookieMixin
from .test_candidate import FORBIDDEN, CandidateCommon

OUTSIDERS = ('econ', 'manager', 'helper', 'immigration', 'dpo', 'internal', 'portal')
SECRET = "Secret of the case"

C = 'outreach.candidate'
# Each way to a candidate: a function of the environment and the id. A way is closed when it raises AccessError.
PATHS = {
    'read': lambda env, cid: env[C].browse(cid).read(['name']),
    'read all': lambda env, cid: env[C].browse(cid).read(),
    'web_read': lambda env, cid: env[C].browse(cid).web_read({'german_level': {}}),
    'attribute': lambda env, cid: env[C].browse(cid).german_level,
    'display name': lambda env, cid: env[C].browse(cid).read(['display_name']),
    'search': lambda env, cid: env[C].search([]),
    'search by id': lambda env, cid: env[C].search([('id', '=', cid)]),
    'search_count': lambda env, cid: env[C].search_count([]),
    'search_read': lambda env, cid: env[C].search_read([], ['name']),
    'web_search_read': lambda env, cid: env[C].web_search_read([], {'name': {}}),
    'formatted_read_group': lambda env, cid: env[C].formatted_read_group([], ['municipality_id'], ['__count']),
    'web_read_group': lambda env, cid: env[C].web_read_group([], ['status'], ['__count']),
    'read_progress_bar': lambda env, cid: env[C].read_progress_bar([], 'status', {'field': 'status', 'colors': {'available': 'success'}}),
    'search_panel': lambda env, cid: env[C].search_panel_select_range('municipality_id'),
    'export_data': lambda env, cid: env[C].browse(cid).export_data(['name']),
    'name_search': lambda env, cid: env[C].name_search('K-'),
    'name_create': lambda env, cid: env[C].name_create("Otto"),
    'create': lambda env, cid: env[C].create({}),
    'write': lambda env, cid: env[C].browse(cid).write({'german_level': '1_a1'}),
    'unlink': lambda env, cid: env[C].browse(cid).unlink(),
    'copy': lambda env, cid: env[C].browse(cid).copy(),
    'copy_data': lambda env, cid: env[C].browse(cid).copy_data(),
    'get_views': lambda env, cid: env[C].get_views([(False, 'form'), (False, 'list')]),
    'onchange': lambda env, cid: env[C].onchange({}, [], {'name': {}, 'municipality_id': {}}),
    'onchange on it': lambda env, cid: (
        env[C].browse(cid).onchange({'german_level': '1_a1'}, ['german_level'], {'name': {}, 'german_level': {}})
    ),
    'get_formview_action': lambda env, cid: env[C].browse(cid).web_save({'german_level': '1_a1'}, {'name': {}}),
    'skills': lambda env, cid: env['outreach.candidate.skill'].search([('candidate_id', '=', cid)]),
    'occupations': lambda env, cid: env['outreach.candidate.occupation'].search_read([], ['candidate_id']),
    'languages': lambda env, cid: env['outreach.candidate.language'].search_count([]),
    'regimes': lambda env, cid: env['outreach.candidate.regime'].formatted_read_group([], ['regime'], ['__count']),
    'barriers': lambda env, cid: env['outreach.barrier'].search([('candidate_id', '=', cid)]),
    'barriers read': lambda env, cid: env[C].sudo().browse(cid).barrier_ids.with_env(env).read(['kind', 'candidate_id']),
    'pause': lambda env, cid: env['outreach.candidate.pause'].create({'candidate_ids': [Command.set([cid])]}).action_pause(),
    'import': lambda env, cid: env['outreach.candidate.import'].create({}),
    'import rows': lambda env, cid: env['outreach.candidate.import.row'].search([]),
    'button': lambda env, cid: call_kw(env[C], 'action_leave', [[cid]], {}),
    'message_post': lambda env, cid: env[C].browse(cid).message_post(body="hello"),
    'message_subscribe': lambda env, cid: env[C].browse(cid).message_subscribe(partner_ids=env.user.partner_id.ids),
    'activity_schedule': lambda env, cid: env[C].browse(cid).activity_schedule(summary="x", user_id=env.uid),
    'activity create': lambda env, cid: env['mail.activity'].create(
        {'res_model_id': env['ir.model'].sudo()._get_id(C), 'res_id': cid, 'user_id': env.uid, 'summary': "x"}
    ),
    'message create': lambda env, cid: env['mail.message'].create({'model': C, 'res_id': cid, 'body': "x"}),
    'attachment create': lambda env, cid: env['ir.attachment'].create({'name': "x", 'res_model': C, 'res_id': cid, 'raw': b'x'}),
    'tracking values': lambda env, cid: env['mail.tracking.value'].search([]),
    'composer': lambda env, cid: (
        env['mail.compose.message'].create({'model': C, 'res_ids': [cid], 'body': "x", 'composition_mode': 'comment'})._action_send_mail()
    ),
}
# The same for requests that the immigration office reads: closed to all others; see test_permit_request for the office.
REQUESTS = {
    'requests': lambda env, cid: env['outreach.permit.request'].search([('candidate_id', '=', cid)]),
    'requests of it': lambda env, cid: env['outreach.permit.request'].search_read([('candidate_id.german_level', '=', '3_b1')], ['id']),
}
# Ways of core that do not raise, but find only what one may read.
FINDS = {
    'name in a new activity': lambda env, cid: (
        env['mail.activity'].onchange({'res_model': C, 'res_id': cid}, ['res_id'], {'res_name': {}})['value'].get('res_name')
    ),
    'name of a barrier in a new activity': lambda env, cid: [
        name
        for barrier in env[C].sudo().browse(cid).barrier_ids
        if (name := env['mail.activity'].new({'res_model': barrier._name, 'res_id': barrier.id}).res_name)
    ],
    'messages': lambda env, cid: env['mail.message'].search([('model', '=', C), ('res_id', '=', cid)]),
    'messages by text': lambda env, cid: env['mail.message'].search([('body', 'ilike', SECRET)]),
    'messages count': lambda env, cid: env['mail.message'].search_count([('model', '=', C)]),
    'activities': lambda env, cid: env['mail.activity'].search([('res_model', '=', C), ('res_id', '=', cid)]),
    'activities by text': lambda env, cid: env['mail.activity'].search([('summary', '=', SECRET)]),
    'activities by name': lambda env, cid: env['mail.activity'].search([('res_name', 'ilike', 'K-')]),
    'attachments': lambda env, cid: env['ir.attachment'].search([('res_model', '=', C)]),
    'attachments by name': lambda env, cid: env['ir.attachment'].search([('name', '=', SECRET)]),
    'name of an attachment': lambda env, cid: env['ir.attachment'].name_search(SECRET),
    'fields': lambda env, cid: env[C].fields_get(),
    'systray': lambda env, cid: [group for group in env['res.users']._get_activity_groups() if group.get('model') == C],
}
STAFF_FINDS = {  # what employees have a right to look into at all
    'followers': lambda env, cid: env['mail.followers'].search([('res_model', '=', C)]),
    'followers count': lambda env, cid: env['mail.followers'].search_count([('res_model', '=', C)]),
    'notifications': lambda env, cid: env['mail.notification'].search([('mail_message_id.model', '=', C)]),
}


class TestCandidateAccess(CandidateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.candidate = cls.create_candidate(
            german_level='3_b1',
            reference="BG 77",
            adviser_id=cls.user_migration.id,
            municipality_id=cls.bramsche.id,
            skill_ids=[Command.create({'skill_id': cls.skill.id})],
            barrier_ids=[Command.create({'kind': 'mobility'})],
        )
        cls.message = cls.candidate.message_post(body=SECRET, partner_ids=cls.user_migration.partner_id.ids)
        cls.attachment = cls.attach_as_before(cls.candidate, name=SECRET, raw=b'secret', mimetype='text/plain').with_user(cls.user_job)
        cls.activity = cls.candidate.activity_schedule(summary=SECRET, user_id=cls.user_job.id)
        cls.create_request(cls.candidate)
        cls.env.flush_all()
        cls.cr.precommit.run()
        for role in (*OUTSIDERS[:-1], 'job', 'migration'):
            cls.allow_person_export(getattr(cls, f'user_{role}'))

    def test_ways_are_ways(self):
        """Precondition: the job centre gets through, except where nobody may."""
        env = self.env(user=self.user_job)
        shut = {'name_create', 'unlink', 'tracking values', 'attachment create'}
        for name, way in {**PATHS, **REQUESTS}.items():
            with self.subTest(way=name), self.env.cr.savepoint() as savepoint:
                self.env.invalidate_all()
                with mute_logger(*FORBIDDEN), suppress(UserError):
                    way(env, self.candidate.id)
                    self.assertNotIn(name, shut)
                    savepoint.rollback()
                    continue
                self.assertIn(name, shut)
                savepoint.rollback()
        for name, way in {**FINDS, **STAFF_FINDS}.items():
            self.env.invalidate_all()
            self.assertTrue(way(env, self.candidate.id), name)

    @mute_logger(*FORBIDDEN)
    def test_every_way_is_closed(self):
        open_ways = []
        for role in OUTSIDERS:
            env = self.env(user=getattr(self, f'user_{role}'))
            ways = PATHS if role == 'immigration' else {**PATHS, **REQUESTS}
            for name, way in ways.items():
                self.env.invalidate_all()
                with suppress(AccessError), self.env.cr.savepoint():
                    way(env, self.candidate.id)
                    open_ways.append((role, name))
        self.assertFalse(open_ways)

    @mute_logger(*FORBIDDEN)
    def test_nothing_is_found(self):
        found = []
        for role in OUTSIDERS:
            env = self.env(user=getattr(self, f'user_{role}'))
            for name, way in (FINDS if role == 'portal' else {**FINDS, **STAFF_FINDS}).items():
                self.env.invalidate_all()
                with suppress(AccessError):
                    if seen := way(env, self.candidate.id):
                        found.append((role, name, seen))
            for record in (self.message, self.activity, self.attachment):
                self.env.invalidate_all()
                with self.assertRaises(AccessError, msg=f'{role} {record._name}'):
                    record.with_env(env).read([])
            with self.assertRaises(UserError):
                env[C].load(['german_level'], [['B1']])
        self.assertFalse(found)

    def test_no_field_of_another_model_opens_a_door(self):
        """What refers to a candidate elsewhere is closed as well; a new model shows up here."""
        known = {
            'outreach.candidate.skill',
            'outreach.candidate.occupation',
            'outreach.candidate.language',
            'outreach.candidate.regime',
            'outreach.job.permit',
            'outreach.barrier',
            'outreach.permit.request',
            'outreach.candidate.pause',
        }
        closed = []
        for name, model in self.env.registry.items():
            for field in model._fields.values():
                if field.comodel_name == C and not model._abstract and field.name != 'id':
                    for role in OUTSIDERS:
                        records = self.env[name].with_user(getattr(self, f'user_{role}'))
                        if records.has_access('read') and records._has_field_access(field, 'read'):
                            closed.append((role, name, field.name))
        self.assertFalse(closed)
        self.assertLessEqual(known, set(self.env.registry))

    # ------------------------------------------------------------
    # SIDE DOORS THAT THOSE INSIDE COULD OPEN
    # ------------------------------------------------------------

    def test_insiders_cannot_let_others_in(self):
        candidate = self.candidate
        Message, Activity = self.env['mail.message'].with_user(self.user_job), self.env['mail.activity'].with_user(self.user_job)
        model = self.env['ir.model']._get_id(C)
        for role in OUTSIDERS:
            outsider = getattr(self, f'user_{role}')
            partner = outsider.partner_id
            attempts = {
                'subscribe': lambda partner=partner: candidate.message_subscribe(partner_ids=partner.ids),
                'post': lambda partner=partner: candidate.message_post(body="x", partner_ids=partner.ids),
                'notify': lambda partner=partner: candidate.message_notify(body="x", partner_ids=partner.ids),
                'followers edit': lambda partner=partner: (
                    self.env['mail.followers.edit']
                    .with_user(self.user_job)
                    .create({'res_model': C, 'res_ids': str(candidate.ids), 'partner_ids': [Command.set(partner.ids)], 'operation': 'add'})
                    .edit_followers()
                ),
                'message create': lambda partner=partner: Message.create(
                    {'model': C, 'res_id': candidate.id, 'body': "x", 'partner_ids': [Command.set(partner.ids)]}
                ),
                'message_ids': lambda partner=partner: candidate.write(
                    {'message_ids': [Command.create({'model': C, 'body': "x", 'partner_ids': [Command.set(partner.ids)]})]}
                ),
                'message write': lambda partner=partner: self.message.with_user(self.user_job).write(
                    {'partner_ids': [Command.link(partner.id)]}
                ),
                'composer': lambda partner=partner: (
                    self.env['mail.compose.message']
                    .with_user(self.user_job)
                    .create(
                        {
                            'model': C,
                            'res_ids': candidate.ids,
                            'body': "x",
                            'partner_ids': [Command.set(partner.ids)],
                            'composition_mode': 'comment',
                        }
                    )
                    ._action_send_mail()
                ),
                'mailing': lambda partner=partner: (
                    self.env['mail.compose.message']
                    .with_user(self.user_job)
                    .create(
                        {
                            'model': C,
                            'res_ids': candidate.ids,
                            'body': "x",
                            'partner_ids': [Command.set(partner.ids)],
                            'composition_mode': 'mass_mail',
                        }
                    )
                    ._action_send_mail()
                ),
                'activity': lambda outsider=outsider: candidate.activity_schedule(summary="x", user_id=outsider.id),
                'activity create': lambda outsider=outsider: Activity.create(
                    {'res_model_id': model, 'res_id': candidate.id, 'user_id': outsider.id}
                ),
                'activity write': lambda outsider=outsider: self.activity.with_user(self.user_job).write({'user_id': outsider.id}),
                'officer': lambda outsider=outsider: candidate.write({'user_id': outsider.id}),
                'adviser': lambda outsider=outsider: candidate.write({'adviser_id': outsider.id}),
            }
            for name, attempt in attempts.items():
                with self.subTest(role=role, way=name), self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
                    self.env.flush_all()
        with self.assertRaises(UserError):
            candidate.message_post(body="x", outgoing_email_to="somebody@elsewhere.example")

    @mute_logger(*FORBIDDEN)
    def test_who_loses_the_role_loses_all(self):
        """Author, recipient, follower, with an activity: the record decides, and it is closed now."""
        colleague = self.create_user('colleague', 'maßarbeit_outreach.group_job_centre')
        theirs = self.candidate.with_user(colleague)
        message = theirs.message_post(body="mine", partner_ids=self.user_migration.partner_id.ids)
        self.candidate.message_subscribe(partner_ids=colleague.partner_id.ids)
        activity = self.candidate.activity_schedule(summary="mine", user_id=colleague.id)
        notified = self.candidate.message_post(body="yours", partner_ids=colleague.partner_id.ids)
        env = self.env(user=colleague)
        self.assertEqual(env['mail.message'].search_count([('id', 'in', (message | notified).ids)]), 2)
        self.candidate.user_id = self.user_job
        colleague.group_ids = self.env.ref('maßarbeit_outreach.group_economic_development')
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(env['mail.message'].search([('id', 'in', (message | notified).ids)]))
        self.assertFalse(env['mail.activity'].search([('id', '=', activity.id)]))
        self.assertFalse(env['mail.followers'].search([('res_model', '=', C)]))
        for record in (message, notified, activity):
            with self.assertRaises(AccessError):
                record.with_env(env).read(['display_name'])
        later = self.candidate.message_post(body="later", subtype_xmlid='mail.mt_comment')
        self.assertNotIn(colleague.partner_id, later.sudo().notified_partner_ids)

    @mute_logger(*FORBIDDEN)
    def test_followers_and_notifications_as_the_record(self):
        """Who follows whom, and who was told of what, is read by those who read the person: not by all of the migration centre."""
        self.candidate.message_subscribe(partner_ids=self.user_migration.partner_id.ids)
        hidden = self.create_candidate(barrier_ids=[Command.create({'kind': 'debts'})])
        health = self.create_candidate(adviser_id=self.user_migration.id, barrier_ids=[Command.create({'kind': 'health'})]).barrier_ids
        records = {'seen': self.candidate, 'hidden': hidden, 'health': health, 'debts': hidden.barrier_ids}
        for record in records.values():
            record.message_subscribe(partner_ids=self.user_job.partner_id.ids)
            record.with_env(self.env).message_post(  # core tells nobody of what they wrote themselves
                body="x", partner_ids=self.user_job.partner_id.ids, subtype_xmlid='mail.mt_comment'
            )
        self.settle()
        for model, name, number in (
            ('mail.followers', 'res_model', 'res_id'),
            ('mail.notification', 'mail_message_id.model', 'mail_message_id.res_id'),
        ):
            for key, record in records.items():
                about = [(name, '=', record._name), (number, '=', record.id)]
                rows = self.env[model].sudo().search(about)
                self.assertTrue(rows or (model == 'mail.followers' and record._name == 'outreach.barrier'), (model, key))
                if not rows:
                    continue  # nobody follows a barrier
                for user, seen in ((self.user_job, True), (self.user_migration, key == 'seen'), (self.user_econ, False)):
                    self.env.invalidate_all()
                    Rows = self.env[model].with_user(user)
                    with self.subTest(model=model, record=key, user=user.login):
                        self.assertEqual(len(Rows.search(about)), len(rows) if seen else 0)
                        self.assertEqual(Rows.search_count(about), len(rows) if seen else 0)
                        self.assertEqual(bool(Rows._read_group(about, ['res_partner_id' if 'noti' in model else 'partner_id'])), seen)
                        if seen:
                            self.assertTrue(rows.with_user(user).read(['display_name']))
                        else:
                            with self.assertRaises(AccessError):
                                rows.with_user(user).read(['display_name'])
        self.company.message_subscribe(partner_ids=self.user_job.partner_id.ids)
        self.assertTrue(
            self.env['mail.followers']
            .with_user(self.user_econ)
            .search([('res_model', '=', 'res.partner'), ('res_id', '=', self.company.id)])
        )

    def test_appointments_are_private(self):
        event = (
            self.env['calendar.event']
            .with_user(self.user_job)
            .create(
                {
                    'name': self.candidate.name,
                    'start': '2026-12-01 09:00:00',
                    'stop': '2026-12-01 10:00:00',
                    'res_id': self.candidate.id,
                    'res_model_id': self.env['ir.model']._get_id(C),
                }
            )
        )
        self.assertEqual(event.privacy, 'private')
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotIn(self.candidate.name, str(event.with_user(self.user_econ).read(['name', 'display_name'])))

    def test_menus(self):
        menu = self.env.ref('maßarbeit_outreach.outreach_people_menu_candidates')
        for role, seen in (*dict.fromkeys(OUTSIDERS[:-1], False).items(), ('job', True), ('migration', True)):
            user = getattr(self, f'user_{role}')
            self.assertEqual(menu.id in menu.with_user(user).load_menus(False), seen, role)


@tagged('post_install', '-at_install')
class TestCandidateHttp(AsciiCookieMixin, HttpCase, CandidateCommon):
    @mute_logger('odoo.http', *FORBIDDEN)
    def test_routes(self):
        candidate = self.create_candidate()
        attachment = self.attach_as_before(candidate, name="paper.txt", raw=b'secret', mimetype='text/plain')
        candidate.message_post(body=SECRET)
        self.authenticate('test_job', 'test_job')
        self.assertEqual(self.url_open(f'/web/content/{attachment.id}').content, b'secret')
        for role in OUTSIDERS:
            self.authenticate(f'test_{role}', f'test_{role}')
            with self.subTest(role=role):
                answer = self.url_open(f'/web/content/{attachment.id}')
                self.assertNotIn(b'secret', answer.content)
                for url in (
                    f'/web/content/{C}/{candidate.id}/name',
                    f'/web/image/{C}/{candidate.id}/name',
                    f'/odoo/outreach-candidates/{candidate.id}',
                    f'/mail/view?model={C}&res_id={candidate.id}',
                ):
                    self.assertNotIn(candidate.name, self.url_open(url).text)
                for route, params in (
                    ('/mail/thread/messages', {'thread_model': C, 'thread_id': candidate.id}),
                    (
                        '/mail/data',
                        {
                            'fetch_params': [
                                [
                                    'mail.thread',
                                    {
                                        'thread_model': C,
                                        'thread_id': candidate.id,
                                        'request_list': ['followers', 'attachments', 'activities'],
                                    },
                                ]
                            ]
                        },
                    ),
                    (
                        '/mail/message/post',
                        {
                            'thread_model': C,
                            'thread_id': candidate.id,
                            'post_data': {'body': "x", 'message_type': 'comment', 'subtype_xmlid': 'mail.mt_comment'},
                        },
                    ),
                    (
                        '/web/dataset/call_kw/outreach.candidate/read',
                        {'model': C, 'method': 'read', 'args': [[candidate.id], ['name']], 'kwargs': {}},
                    ),
                ):
                    reply = ''
                    with suppress(Exception):  # refused, in one of several words
                        reply = str(self.make_jsonrpc_request(route, params))
                    self.assertNotIn(SECRET, reply)
                    self.assertNotIn(candidate.name, reply)
        self.authenticate('test_job', 'test_job')
        before = candidate.message_ids
        with suppress(Exception):  # a mention of somebody outside
            self.make_jsonrpc_request(
                '/mail/message/post',
                {
                    'thread_model': C,
                    'thread_id': candidate.id,
                    'post_data': {
                        'body': "x",
                        'message_type': 'comment',
                        'subtype_xmlid': 'mail.mt_comment',
                        'partner_ids': self.user_econ.partner_id.ids,
                    },
                },
            )
        candidate.invalidate_recordset()
        self.assertFalse((candidate.message_ids - before).partner_ids)
        self.assertFalse(
            self.env['mail.notification'].search([('res_partner_id', '=', self.user_econ.partner_id.id), ('mail_message_id.model', '=', C)])
        )
