"""What an employer can learn by asking Odoo itself, without a page: nothing that is not listed."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OutreachCommon
from .test_portal import make_sample

SECRET = "the boss drinks"
REFUSED = (AccessError, UserError, ValueError)
# What hangs on a record with a thread, and the text in it.
SPOKEN = {
    'mail.message': 'body',
    'mail.activity': 'summary',
    'mail.tracking.value': 'new_value_char',
    'rating.rating': 'feedback',
    'mail.followers': 'res_model',
    'mail.notification': 'failure_reason',
    'mail.mail': 'body_html',
}
DEPTH = 3
LOGGERS = ('odoo.models', 'odoo.orm.models', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')


class SpokenMixin:
    """Walks to all that hangs on records with a thread, and says whether anything was learned there."""

    def _readable(self, user):
        """Environments of the models that the user may read."""
        env = self.env(user=user)
        return [env[name] for name in env.registry if not env[name]._abstract and not env[name]._transient and env[name].has_access('read')]

    def _walk(self, model, depth=DEPTH, seen=()):
        """(path, last model, readable as fields_get tells) of all that a condition on `model` can reach."""
        for field in model._fields.values():
            if field.relational and field.comodel_name in model.env and field._description_searchable:
                comodel = model.env[field.comodel_name]
                yield (*seen, field.name), comodel
                # not through fields that core closes by itself, and not in circles
                if depth > 1 and model._has_field_access(field, 'read') and comodel._name not in SPOKEN:
                    yield from self._walk(comodel, depth - 1, (*seen, field.name))

    def _learns(self, model, domain, path=()):
        """Whether a condition finds what its reader could not see at the end of the path, such as a message of an open channel."""
        try:
            found = model.search(domain)
            return (
                any(not record.sudo().mapped('.'.join(path)).sudo(False)._filtered_access('read') for record in found)
                if path
                else bool(found)
            )
        except REFUSED:
            return False

    def _answers(self, attempt):
        try:
            attempt()
        except REFUSED:
            return False
        return True


@tagged('post_install', '-at_install')
class TestPortalLocks(SpokenMixin, OutreachCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.create_visit(contact_ids=[Command.set(cls.contact.ids)])
        cls.demand = cls.create_demand()
        cls.fair = cls.create_fair()
        cls.stand = cls.create_stand(cls.fair)
        cls.company.comment = SECRET
        threads = (cls.company, cls.contact, cls.visit, cls.demand, cls.stand, cls.visit.sudo().event_id, cls.fair, cls.visit.lead_id)
        for record in threads:
            record = record.sudo()
            assert record, "the fixture has one of each"
            record.message_post(body=SECRET, subtype_xmlid='mail.mt_note')
            record.message_post(body=SECRET, subtype_xmlid='mail.mt_comment')
            if 'activity_ids' in record._fields and record._name != 'calendar.event':  # there they are what it was planned from
                record.activity_schedule(summary=SECRET, user_id=cls.user_econ.id)
        cls.env.flush_all()

    @mute_logger(*LOGGERS)
    def test_no_condition_reaches_what_is_spoken_of_a_record(self):
        """Whatever path leads to messages, activities, followers …, no answer depends on what is in them."""
        learned, paths = [], 0
        for model in self._readable(self.user_portal):
            for path, target in self._walk(model):
                text = SPOKEN.get(target._name)
                if text and text in target._fields:
                    paths += 1
                    domains = (
                        [('.'.join((*path, text)), 'ilike', SECRET)],
                        [('.'.join((*path, text)), '!=', False)],
                        [('.'.join(path), 'any', [(text, 'ilike', SECRET)])],
                    )
                    learned += [(model._name, domain) for domain in domains if self._learns(model, domain, path)]
        self.assertGreater(paths, 50)
        self.assertFalse(learned)

    @mute_logger(*LOGGERS)
    def test_no_field_of_a_thread_is_open(self):
        """On every model with a thread: neither read, nor asked for."""
        opened, tried = [], 0
        for model in self._readable(self.user_portal):
            for name in (
                'message_ids',
                'website_message_ids',
                'has_message',
                'message_is_follower',
                'message_follower_ids',
                'message_partner_ids',
                'message_needaction',
                'activity_ids',
                'activity_state',
                'activity_user_id',
                'activity_summary',
                'activity_date_deadline',
                'rating_ids',
                'my_activity_date_deadline',
            ):
                if name in model._fields and model._name not in SPOKEN:
                    tried += 1
                    record = model.search([], limit=1)
                    attempts = (
                        lambda record=record, name=name: record.read([name]),
                        lambda model=model, name=name: model.search([(name, '!=', False)]),
                        lambda model=model, name=name: model.search([(name, '=', False)]),
                    )
                    opened += [(model._name, name) for attempt in attempts if self._answers(attempt)]
        self.assertGreater(tried, 20)
        self.assertFalse(opened)

    @mute_logger(*LOGGERS)
    def test_company_white_list(self):
        """Of the own company, contact and visits, demands, stands: what is listed, in reading, conditions, order and groups."""
        opened = []
        for record in (self.company, self.contact, self.visit, self.demand, self.stand):
            own = record.with_user(self.user_portal)
            closed = [name for name in own._fields if name not in own._portal_fields]
            self.assertGreater(len(closed), 30)
            for name in closed:
                field = own._fields[name]
                sample = make_sample(field)
                attempts = {'read': lambda own=own, name=name: own.read([name])}
                if field._description_searchable:
                    attempts['condition'] = lambda own=own, name=name, sample=sample: own.search([(name, 'in', sample)])
                if field._description_sortable:
                    attempts['order'] = lambda own=own, name=name: own.search([], order=name)
                if field._description_groupable:
                    attempts['group'] = lambda own=own, name=name: own.formatted_read_group([], [name], ['__count'])
                if field.aggregator and field._description_sortable:
                    attempts['sum'] = lambda own=own, name=name: own.formatted_read_group([], [], [f'{name}:count'])
                attempts['list'] = lambda own=own, name=name: own.formatted_read_group([], [], [f'{name}:array_agg'])
                opened += [(record._name, name, way) for way, attempt in attempts.items() if self._answers(attempt)]
        self.assertFalse(opened)

    @mute_logger(*LOGGERS)
    def test_text_of_own_records_by_other_models(self):
        """The note on the company, asked for by way of whatever refers to it: users, attendees, events."""
        Users = self.env['res.users'].with_user(self.user_portal)
        learned = ['res.users'] if self._learns(Users, [('comment', 'ilike', SECRET)]) else []
        for model in self._readable(self.user_portal):
            learned += [
                (model._name, path)
                for path, target in self._walk(model, depth=2)
                if target._name == 'res.partner' and self._learns(model, [('.'.join((*path, 'comment')), 'ilike', SECRET)])
            ]
        self.assertFalse(learned)

    def test_what_core_needs(self):
        """Names, avatars and suggestions of the own company still work."""
        own = self.company.with_user(self.user_portal)
        self.assertEqual(own.display_name, self.company.name)
        self.assertIn((own.id, own.display_name), own.name_search("Probewerk"))
        self.assertTrue(own.read(['name', 'avatar_128', 'street', 'city', 'zip'])[0]['avatar_128'])
        self.assertTrue(self.user_portal.with_user(self.user_portal).read(['name', 'login', 'lang', 'avatar_128']))
