"""A shared filter decides what everybody sees, and is read by everybody: only managers and administrators save one."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from ..common import ROLES, OutreachCommon
from ..people.test_candidate import FORBIDDEN

STAFF = [role for role in (*ROLES, 'internal') if role != 'manager']


class TestSharedFilters(OutreachCommon):
    def create_filter(self, user, model='res.partner', **values):
        return self.env['ir.filters'].browse(
            call_kw(
                self.env['ir.filters'].with_user(user),
                'create_filter',
                [{'name': "Test", 'model_id': model, 'domain': "[('id', '=', 0)]", 'is_default': True, **values}],
                {},
            )
        )

    @mute_logger(*FORBIDDEN)
    def test_staff_filter_for_themselves(self):
        shared = self.create_filter(self.user_manager, user_ids=[])
        other = self.user_manager.id
        for role in STAFF:
            user = getattr(self, f'user_{role}')
            own = self.create_filter(user, user_ids=[Command.set(user.ids)])
            self.assertIn(own, own.with_user(user).search([]))
            own.with_user(user).write({'name': "Mine"})
            ways = {
                'for all': lambda user=user: self.create_filter(user, user_ids=[]),
                'for all, unsaid': lambda user=user: self.create_filter(user),
                'for others': lambda user=user: self.create_filter(user, user_ids=[Command.set([user.id, other])]),
                'in the name of another': lambda user=user: self.create_filter(user, user_ids=[Command.set([other])]),
                'record': lambda user=user: (
                    self.env['ir.filters'].with_user(user).create({'name': "x", 'model_id': 'res.partner', 'user_ids': []})
                ),
                'shared later': lambda own=own, user=user: own.with_user(user).write({'user_ids': [Command.clear()]}),
                'pressed upon another later': lambda own=own, user=user: own.with_user(user).write({'user_ids': [Command.link(other)]}),
                'change shared': lambda user=user: shared.with_user(user).write({'domain': '[]'}),
                'take shared': lambda user=user: shared.with_user(user).write({'user_ids': [Command.set(user.ids)]}),
                'delete shared': lambda user=user: shared.with_user(user).unlink(),
            }
            for name, way in ways.items():
                with self.subTest(role=role, way=name), self.assertRaises(AccessError), self.env.cr.savepoint():
                    way()
            own.with_user(user).unlink()

    @mute_logger(*FORBIDDEN)
    def test_managers_and_administrators_share(self):
        for user in (self.user_manager, self.create_user('admin', 'base.group_system')):
            shared = self.create_filter(user, user_ids=[])
            names = [one['id'] for one in self.env['ir.filters'].with_user(self.user_econ).get_filters('res.partner')]
            self.assertIn(shared.id, names)
            shared.with_user(user).write({'name': "Renamed"})
            shared.with_user(user).unlink()

    @mute_logger(*FORBIDDEN)
    def test_of_models_that_one_reads(self):
        shared = self.env['ir.filters'].create(
            {'name': "K-ABC-DEF", 'model_id': 'outreach.candidate', 'domain': "[('name', '=', 'K-ABC-DEF')]"}
        )
        for role in ROLES:
            user = getattr(self, f'user_{role}')
            reads = self.env['outreach.candidate'].with_user(user).has_access('read')
            theirs = shared.with_user(user)
            with self.subTest(role=role):
                self.env.invalidate_all()
                self.assertEqual(bool(theirs.search([('id', '=', shared.id)])), reads)
                self.assertEqual(bool(theirs.get_filters('outreach.candidate')), reads)
                if reads:
                    self.create_filter(user, 'outreach.candidate', user_ids=[Command.set(user.ids)])
                    continue
                with self.assertRaises(AccessError):
                    theirs.read(['domain'])
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.create_filter(user, 'outreach.candidate', user_ids=[Command.set(user.ids)])
