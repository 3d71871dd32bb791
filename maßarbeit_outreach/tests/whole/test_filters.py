"""What is filtered is what is shown: no filter widens the list or does nothing, on any screen of the addon."""

import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import MODULE, ROLES, OutreachCommon
from ..search_view import SearchView

# Filters that look at different fields and are alternatives of one fact all the same.
ONE_FACT = {
    'outreach.due': (
        {'mine', 'my_agency', 'nobody'},  # who is responsible
        {'warning', 'demand', 'probation', 'never', 'overdue'},  # why the company is due
    ),
    'outreach.promise': ({'mine', 'my_agency'},),  # who promised
    'outreach.referral': ({'to_us', 'from_us'},),  # which way
    'outreach.label': ({'of_occupations', 'of_skills'},),  # of what
    'outreach.industry': ({'sections', 'divisions'},),  # which level
}
# Actions that Python makes from another one: how to get them.
MADE_BY_PYTHON = {
    'crm_lead.py': lambda env: env['crm.lead'].action_open_outreach_pipeline(),
    'event_event.py': lambda env: env['event.event'].search([('is_job_fair', '=', True)], limit=1).action_invite_companies(),
}


class Screen(NamedTuple):
    """A list as an action opens it."""

    name: str
    model: str
    view_id: int
    domain: str
    context: str
    menus: tuple = ()  # ways to it, each the ids of a menu and of those above
    group: str = 'base.group_user'

    def open(self, env):
        """Its search view and domain for `env.user`; `None` for whoever does not get there."""
        if not (
            env[self.model].has_access('read')
            and env.user.has_group(self.group)
            and (not self.menus or any(way <= env['ir.ui.menu']._visible_menu_ids() for way in self.menus))
        ):
            return None
        known = {'uid': env.uid, 'active_id': False, 'active_ids': []}
        context, domain = (safe_eval(value, known) if isinstance(value, str) else value for value in (self.context, self.domain))
        return SearchView(env, self.model, self.view_id, context), Domain(domain)


def get_screens(env):
    """Each action of the addon that opens a list, and each search view of its own that none of them opens."""
    actions = env['ir.actions.act_window'].browse(
        env['ir.model.data'].search([('module', '=', MODULE), ('model', '=', 'ir.actions.act_window')]).mapped('res_id')
    )
    menus = defaultdict(list)
    for menu in env['ir.ui.menu'].with_context(**{'ir.ui.menu.full_list': True}).search([('action', '!=', False)]):
        menus[menu.action].append(set(map(int, menu.parent_path.split('/')[:-1])))
    screens = [
        Screen(
            action.xml_id.partition('.')[2],
            action.res_model,
            action.search_view_id.id,
            action.domain or '[]',
            action.context or '{}',
            menus[action],
        )
        for action in actions
        if set(action.view_mode.split(',')) & {'list', 'kanban', 'pivot'}
    ]
    for name, make in MADE_BY_PYTHON.items():
        action = make(env(user=env.ref('base.user_admin')))
        screens.append(
            Screen(
                name,
                action['res_model'],
                (action.get('search_view_id') or [False])[0],
                action.get('domain') or '[]',
                action['context'],
                group=f'{MODULE}.group_outreach_officer',
            )
        )
    opened = {env[screen.model].get_view(screen.view_id, 'search')['id'] for screen in screens}
    views = env['ir.ui.view'].browse(env['ir.model.data'].search([('module', '=', MODULE), ('model', '=', 'ir.ui.view')]).mapped('res_id'))
    screens += [
        Screen(view.name, view.model, view.id, '[]', '{}')
        for view in views
        if view.type == 'search' and view.mode == 'primary' and view.id not in opened
    ]
    return screens


def find_misplaced(view):
    """Complaints about filters of this view that stand in the wrong group."""
    defaults = view.get_defaults()
    groups = defaultdict(list)
    for item in view.filters.values():
        groups[item.group].append(item)
    for items in groups.values():
        names = {item.name for item in items}
        beside = names - set(defaults)
        if beside and beside != names:
            yield f"{', '.join(sorted(beside))}: beside the default {', '.join(sorted(names - beside))}"
        if not frozenset.intersection(*(item.paths for item in items)) and not any(
            names <= fact for fact in ONE_FACT.get(view.model._name, ())
        ):
            yield f"{', '.join(sorted(names))}: different facts in one group"


class TestFilterGroups(OutreachCommon):
    """The rule: whatever is added to the defaults stands in another group than they do, so it narrows; and what
    stands in one group are alternatives of one fact, so that "or" is what is meant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair = cls.create_fair()
        cls.screens = get_screens(cls.env)

    def test_screens(self):
        """All are found: by actions, by Python, and without an action."""
        self.assertGreater(len(self.screens), 50)
        self.assertLessEqual(
            {'outreach_demand_action', *MADE_BY_PYTHON, 'outreach.company.import.row.search'},
            {*(screen.name for screen in self.screens), 'outreach.company.import.row.search'},
        )
        made = {
            path.name
            for folder in ('models', 'wizard', 'controllers')
            for path in Path(__file__).parents[2].joinpath(folder).rglob('*.py')
            if 'search_default_' in path.read_text('utf-8')
        }
        self.assertLessEqual(made, set(MADE_BY_PYTHON), "name here how to get the action")

    def test_every_filter_narrows(self):
        found = set()
        for user in [getattr(self, f'user_{role}') for role in ROLES] + [self.env.ref('base.user_admin')]:
            for screen in self.screens:
                if opened := screen.open(self.env(user=user)):
                    found |= {f"{screen.name}: {complaint}" for complaint in find_misplaced(opened[0])}
        self.assertFalse(found, '\n'.join(sorted(found)))

    def test_defaults_exist(self):
        """A default whose filter was renamed would be ignored without a word."""
        for screen in self.screens:
            view = SearchView(self.env, screen.model, screen.view_id)
            names = {match[1] for match in re.finditer(r"search_default_(\w+)'", str(screen.context))}
            arch = etree.fromstring(view.model.get_views([(screen.view_id, 'search')])['views']['search']['arch'])
            with self.subTest(screen=screen.name):
                self.assertFalse(names - {node.get('name') for node in arch.iter('filter', 'field')})

    def test_wrong_places_are_found(self):
        """A new filter beside a default, or beside another fact, does not pass."""
        context = {'search_default_open': 1}
        for arch, found in (
            (
                '<filter name="open" domain="[(\'stage\', \'!=\', \'closed\')]"/><separator/>'
                '<filter name="new" domain="[(\'source\', \'=\', \'portal\')]"/>',
                [],
            ),
            (
                '<filter name="open" domain="[(\'stage\', \'!=\', \'closed\')]"/>'
                '<filter name="new" domain="[(\'stage\', \'=\', \'signal\')]"/>',
                ["new: beside the default open"],
            ),
            (
                '<filter name="open" domain="[(\'stage\', \'!=\', \'closed\')]"/>'
                '<filter name="new" domain="[(\'source\', \'=\', \'portal\')]"/>',
                ["new: beside the default open", "new, open: different facts in one group"],
            ),
            ('<filter name="new" date="date"/><filter name="other" date="start_date"/>', ["new, other: different facts in one group"]),
            (
                '<filter name="new" date="date"/><filter name="group" context="{\'group_by\': \'stage\'}"/>'
                '<filter name="other" date="start_date"/>',
                [],
            ),
        ):
            with self.subTest(arch=arch):
                view = SearchView(self.env, 'outreach.demand', context=context, arch=f'<search>{arch}</search>')
                self.assertEqual(list(find_misplaced(view)), found)

    def test_domain_is_the_clients(self):
        """The example of the issue: OR within a group, AND between groups."""
        arch = (
            '<search><filter name="a" domain="[(\'name\', \'=\', \'a\')]"/><filter name="b" domain="[(\'name\', \'=\', \'b\')]"/>'
            '<separator/><filter name="c" domain="[(\'positions\', \'=\', 3)]"/></search>'
        )
        view = SearchView(self.env, 'outreach.demand', arch=arch)
        self.assertEqual(
            view.get_domain('a', 'b', 'c'), (Domain('name', '=', 'a') | Domain('name', '=', 'b')) & Domain('positions', '=', 3)
        )


@tagged('post_install', '-at_install')
class TestFiltersOfTheDemo(TransactionCase):
    """On the demo's data, as its users: counted, not only reasoned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref(f'{MODULE}.user_leitung_demo', raise_if_not_found=False):
            cls.skipTest(cls, "without demo data")
        cls.users = [
            cls.env.ref(f'{MODULE}.user_{login}_demo')
            for login in ('wifoe', 'jobcenter', 'migration', 'abh', 'helfer', 'leitung', 'datenschutz')
        ] + [cls.env.ref('base.user_admin')]
        cls.add_what_only_work_brings()
        cls.screens = get_screens(cls.env)

    @classmethod
    def add_what_only_work_brings(cls):
        """Imports, figures, proposals, and catalogues that are larger than the starter set."""

        def demo(name):
            return cls.env.ref(f'{MODULE}.{name}_demo')

        def create(model, *lines):
            return cls.env[model].create(list(lines))

        job, econ, today = demo('user_jobcenter'), demo('user_wifoe'), fields.Date.context_today(cls.env.user)
        create(
            'outreach.demand',
            *(
                {'name': "Test", 'partner_id': demo(company).id, 'occupation_id': cls.env.ref(f'{MODULE}.occupation_51311').id}
                for company in ('partner_stahlbau', 'partner_behaelter')
            ),
        )
        cls.env['outreach.figure'].with_user(econ)._ask(breakdown='municipality')
        create(
            'outreach.figure',
            {
                'company_id': econ.company_id.id,
                'day': today,
                'key': 'test',
                'question': 'municipality',
                'breakdown': 'municipality',
                'positions': 0,
                'is_shown': True,
                'candidates': 10,
            },
        )
        create(
            'outreach.figure.question',
            {
                'user_id': econ.id,
                'day': today - timedelta(days=40),
                'number': 1,
                'question': 'county',
                'asked_on': fields.Datetime.now(),
                'company_id': econ.company_id.id,
            },
        )
        matches = cls.env['outreach.match'].with_user(job).search([('fit', '=', '1_now')])
        first, second = matches[0], next(match for match in matches if match.candidate_id != matches[0].candidate_id)
        first.action_select()
        second.action_select()
        cls.env['outreach.proposal'].search([('candidate_id', '=', second.candidate_id.id)]).write(
            {'user_id': demo('user_jobcenter2').id, 'date': fields.Datetime.now() - timedelta(days=40)}
        )
        people = cls.env['outreach.candidate.import'].with_user(job).create({'file_name': 'test.csv'})
        create(
            'outreach.candidate.import.row',
            *(
                {'import_id': people.id, 'line': line, 'category': category, 'reason': reason}
                for line, (category, reason) in enumerate((('new', False), ('new', "Test"), ('rejected', "Test")))
            ),
        )
        companies = cls.env['outreach.company.import'].with_user(demo('user_leitung')).create({'file': b'', 'file_name': 'test.csv'})
        create(
            'outreach.company.import.row',
            *(
                {'import_id': companies.id, 'line': line, 'name': "Test", **values}
                for line, values in enumerate(
                    ({'category': 'new'}, {'category': 'new', 'has_remark': True}, {'category': 'duplicate', 'decision': 'skip'})
                )
            ),
        )
        create('outreach.catalogue.import', {'state': 'draft'}, {'state': 'done', 'done_at': fields.Datetime.now()})
        given = {'login': "test", 'reason': "Test", 'company_id': cls.env.company.id}
        create(
            'outreach.export.permit',
            *(given | dict.fromkeys(('date_from', 'date_until'), fields.Datetime.now() - timedelta(days=days)) for days in (0, 40)),
        )
        for model in ('outreach.isco.group', 'outreach.skill.group'):
            major = create(model, {'code': '9', 'name': "Test"})
            create(
                model,
                {'code': '9999', 'name': "Test Unit", 'parent_id': major.id},
                {'code': '9998', 'name': "Test Archived", 'parent_id': major.id, 'active': False},
            )
        create('outreach.label', {'name': "Test", 'source': 'esco', 'skill_id': cls.env['outreach.skill'].search([], limit=1).id})

    def open_all(self):
        for user in self.users:
            for screen in self.screens:
                if opened := screen.open(self.env(user=user)):
                    yield screen, user, *opened

    def test_filters(self):
        """Added to the defaults, no filter shows a row that was not there; of each group one at least takes some away."""
        effects, widened = defaultdict(set), set()
        for screen, user, view, domain in self.open_all():
            model, defaults = view.model, view.get_defaults()
            shown = domain & view.get_domain(*defaults)
            before = {archived: set(model.with_context(active_test=not archived).search(shown).ids) for archived in (False, True)}
            for item in view.filters.values():
                for period in item.domains if item.name not in defaults else ():
                    after = set(model.search(domain & view.get_domain(*defaults, (item.name, period))).ids)
                    if not after <= before[item.asks_for_archived]:
                        widened.add(f"{screen.name} as {user.login}: {item.name} {period}")
                    if item.visible:
                        effects[model._name, view.get_group(item)].add(after != before[False])
        self.assertFalse(widened, '\n'.join(sorted(widened)))
        idle = sorted(f"{model}: {', '.join(sorted(names))}" for (model, names), effect in effects.items() if True not in effect)
        self.assertFalse(idle, '\n'.join(idle))

    def test_typed(self):
        """A field of the search finds what is there by its name, and nothing by nonsense."""
        found, tried = defaultdict(set), defaultdict(set)
        for screen, user, view, domain in self.open_all():
            records = view.model.search(domain, limit=20)
            for name in view.fields:
                nonsense = view.get_text_domain(name, "zzqx 98765 unfindable")
                if nonsense is None:
                    continue
                with self.subTest(screen=screen.name, user=user.login, field=name):
                    self.assertFalse(view.model.search_count(domain & nonsense))
                for text in self.get_texts(records, name):
                    tried[view.model._name, name].add(text)
                    if not found[view.model._name, name] and view.model.search_count(domain & view.get_text_domain(name, text)):
                        found[view.model._name, name].add(text)
        self.assertGreater(len(tried), 100)
        self.assertFalse([key for key in tried if not found[key]])

    @staticmethod
    def get_texts(records, name):
        """What somebody may type who looks for the values of this field: names and their words, also of the lines behind it."""
        texts = set()
        for record in records:
            value = record[name]
            if not isinstance(value, BaseModel):
                texts.add(value and str(value))
                continue
            names = set(value.mapped('display_name'))
            if record._fields[name].type != 'many2one':
                for field in value._fields.values():
                    if field.type == 'many2one' and field.store and value._has_field_access(field, 'read'):
                        names |= set(value.mapped(f'{field.name}.display_name'))
            texts |= names | {word for text in names if text for word in text.split() if len(word) > 3}
        return sorted(filter(None, texts))

    def test_groups(self):
        """Whatever the list is grouped by, the rows are those of the list, and a group opens what it counts."""
        for screen, user, view, domain in self.open_all():
            shown = domain & view.get_domain(*view.get_defaults())
            total = view.model.search_count(shown)
            for name, path in view.group_bys.items():
                if view.known[path.partition(':')[0]]['type'] == 'properties':
                    continue  # the client makes one group of each property
                with self.subTest(screen=screen.name, user=user.login, group=name):
                    groups = view.model.web_read_group(list(shown), [path], ['__count'])['groups']
                    counts = [group['__count'] for group in groups]
                    if view.known[path.partition(':')[0]]['type'] == 'many2many':
                        self.assertGreaterEqual(sum(counts), total)
                    else:
                        self.assertEqual(sum(counts), total)
                    for group in groups[:3]:
                        self.assertEqual(view.model.search_count(shown & Domain(group['__extra_domain'])), group['__count'])

    def test_search_panels(self):
        """Each value at the side narrows to as many rows as the number beside it says."""
        seen = 0
        for screen, user, view, domain in self.open_all():
            everything = view.model.search_count(domain & view.get_domain(*view.get_defaults()))
            for name, multi in view.panel.items():
                options = {'enable_counters': True, 'search_domain': list(domain & view.get_domain(*view.get_defaults()))}
                answer = (view.model.search_panel_select_multi_range if multi else view.model.search_panel_select_range)(name, **options)
                self.assertNotIn('error_msg', answer)
                operator = 'child_of' if answer.get('parent_field') else 'in' if multi else '='
                for value in answer['values']:
                    with self.subTest(screen=screen.name, user=user.login, field=name, value=value['id']):
                        chosen = [value['id']] if multi else value['id']
                        count = view.model.search_count(Domain(options['search_domain']) & Domain(name, operator, chosen))
                        self.assertEqual(count, value['__count'])
                        self.assertLessEqual(count, everything)
                        seen += bool(count)
        self.assertGreater(seen, 10)
