"""A condition finds by what its reader may read: fields to several records tell nothing of those that are closed.

Core looks past the record rules where a domain asks whether there are any, or names ids.
"""

from collections import defaultdict
from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from ..common import MODULE
from ..people.test_candidate import FORBIDDEN
from .test_organisations import OrganisationsCommon

# Models of core that the addon closes for some.
CLOSED_IN_CORE = {'crm.lead', 'event.event', 'event.booth', 'event.registration', 'calendar.event'}


class TestClosedConditions(OrganisationsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = cls.create_candidate()  # nobody of the migration centre advises
        cls.pool.member_ids = [Command.set(cls.hidden.ids)]
        cls.other_pool = (
            cls.env['outreach.pool']
            .with_user(cls.user_job)
            .create({'name': "Left Out", 'working_time': 'vz', 'excluded_ids': [Command.set(cls.hidden.ids)]})
        )
        cls.hidden.barrier_ids = [Command.create({'kind': 'mobility'})]
        cls.candidate.barrier_ids = [Command.create({'kind': 'health'})]
        cls.warned = cls.env['res.partner'].create({'name': "Test Warned", 'is_company': True})
        cls.create_follow_ups(cls.warned)
        cls.env.flush_all()

    def get_users(self):
        staff = {
            key: getattr(self, f'user_{key}')
            for key in ('econ', 'job', 'migration', 'immigration', 'helper', 'manager', 'dpo', 'internal', 'portal')
        }
        return staff | {f'elsewhere {key}': user for key, user in self.strangers.items()}

    def get_fields(self):
        """All fields to several records of models that are closed to somebody, wherever they are."""
        for name, model in sorted(self.env.registry.items()):
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                comodel = self.env.registry.get(field.comodel_name)
                if (
                    field.type in ('one2many', 'many2many')
                    and (field.store or field.search)
                    and (comodel._original_module == MODULE or comodel._name in CLOSED_IN_CORE)
                ):
                    yield name, field

    @mute_logger(*FORBIDDEN)
    def test_conditions_find_what_is_read(self):
        wrong, closed = [], defaultdict(set)
        for role, user in self.get_users().items():
            env = self.env(user=user, context={'active_test': False})
            for name, field in self.get_fields():
                Model = env[name]
                if not Model.has_access('read') or not Model._has_field_access(field, 'read'):
                    continue
                self.env.invalidate_all()
                every = Model.search([])
                linked = {record.id: set(record[field.name].ids) for record in every.sudo()}
                self.env.invalidate_all()
                read = {}
                with suppress(AccessError):
                    read = {values['id']: set(values[field.name]) for values in every.read([field.name])}
                if field.compute and not field.store:  # as the reader sees them
                    linked = read
                hidden = set().union(*linked.values()) - set().union(*read.values())
                shown = {number for number, found in read.items() if found}
                if any(linked.values()) and hidden:
                    closed[role].add((name, field.name))
                some = next(iter(hidden), -1)
                conditions = {
                    f"{field.name} != False": ([(field.name, '!=', False)], shown),
                    f"{field.name} = False": ([(field.name, '=', False)], set(every.ids) - shown),
                    f"{field.name} in hidden": ([(field.name, 'in', list(hidden))], set()),
                    f"{field.name} = one": ([(field.name, '=', some)], set()),
                    f"{field.name} not in hidden": ([(field.name, 'not in', list(hidden))], set(every.ids)),
                    f"{field.name} in hidden or none": ([(field.name, 'in', [False, *hidden])], set(every.ids) - shown),
                    f"{field.name} any": ([(field.name, 'any', [('id', 'in', list(hidden))])], set()),
                    f"{field.name} not any": ([(field.name, 'not any', [])], set(every.ids) - shown),
                    f"{field.name}.id": ([(f'{field.name}.id', 'in', list(hidden))], set()),
                    f"{field.name}.create_uid": ([(f'{field.name}.create_uid', '!=', False)], None),
                }
                for what, (domain, expected) in conditions.items():
                    with suppress(AccessError, UserError, ValueError, NotImplementedError), self.env.cr.savepoint():
                        found = set(Model.search(domain).ids)
                        if expected is None:
                            expected = found & shown
                        if found != expected:
                            wrong.append((role, name, what))
                        elif Model.search_count(domain) != len(found):
                            wrong.append((role, name, 'count', what))
                with suppress(AccessError, UserError, ValueError, NotImplementedError), self.env.cr.savepoint():
                    groups = Model._read_group([], [field.name], ['__count'])
                    if {group.id for group, __ in groups} & hidden:
                        wrong.append((role, name, f"group by {field.name}"))
        self.assertFalse(wrong, '\n'.join(map(str, wrong)))
        # precondition: there was something to learn
        self.assertGreater(len(closed['elsewhere econ']), 8)
        self.assertLessEqual({('outreach.pool', 'member_ids'), ('outreach.pool', 'excluded_ids')}, closed['migration'])

    @mute_logger(*FORBIDDEN)
    def test_who_has_a_warning(self):
        """As it was found: conditions on companies told helpers of warnings and promises, and pools of a candidate."""
        for fname in ('outreach_open_warning_ids', 'outreach_promise_ids', 'outreach_warning_ids', 'outreach_demand_ids'):
            for role in ('helper', 'immigration', 'dpo', 'internal', 'portal'):
                Partner = self.env['res.partner'].with_user(getattr(self, f'user_{role}'))
                for condition in (
                    (fname, '!=', False),
                    (fname, '=', False),
                    (fname, 'in', [1]),
                    (fname, 'any', []),
                    (f'{fname}.id', '>', 0),
                ):
                    with self.assertRaises(AccessError, msg=(role, condition)):
                        Partner.search([condition])
                with self.assertRaises(AccessError):
                    Partner.formatted_read_group([], [fname], ['__count'])
        pools = self.env['outreach.pool'].with_user(self.user_migration)
        self.assertFalse(pools.search([('member_ids', 'in', self.hidden.ids)]))
        self.assertFalse(pools.search([('excluded_ids', '!=', False), ('id', '=', self.other_pool.id)]))
        self.assertTrue(pools.with_user(self.user_job).search([('member_ids', 'in', self.hidden.ids)]))

    def test_fields_on_core_models_have_groups(self):
        """What the addon adds to a model that others read, too, is for those in outreach."""
        open_fields = []
        for name, model in self.env.registry.items():
            if model._original_module == MODULE or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                comodel = self.env.registry.get(field.comodel_name)
                if field.type in ('one2many', 'many2many') and comodel and comodel._original_module == MODULE and not field.groups:
                    open_fields.append(f'{name}.{field.name}')
        self.assertFalse(open_fields)
