"""The start page "Today": what one person has to see to, in blocks. The files beside this one say what is in them."""

import logging
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..base.groups import (
    ADMINISTRATOR,
    CANDIDATE_GROUPS,
    DATA_PROTECTION,
    FAIR_HELPER,
    JOB_CENTRE,
    MANAGER,
    MIGRATION_CENTRE,
    OFFICER,
    OUTREACH,
    PARTNER_AGENCY,
    VISITORS,
)
from .outreach_today_frame import MODULE

_logger = logging.getLogger(__name__)

SEARCH_LIMIT = 6


class Block(NamedTuple):
    """A block of the page: `_get_block_<key>(lists)` says what is in it, the client draws it by the component of that key."""

    key: str
    groups: str  # who gets it, separated by commas


class OutreachToday(models.AbstractModel):
    """What the page shows to whoever asks, read with their rights; nothing is written and nothing kept.

    SPECIFICATION
     * The blocks stand in `_get_blocks`, in the order of attention; somebody with several roles gets the blocks of all.
       A block that is None is not shown, one that fails says so in its place and leaves the others.
     * A block reads a limited number of rows, and counts in the same statement. So the number of queries is the same
       for ten companies and for ten thousand.
     * Each number is one of `_get_lists`, each row is a record.

    To add a block: a line in `_get_blocks`, a method, and a component in `static/src/start/today`.
    """

    _name = 'outreach.today'
    _inherit = ['outreach.today.work', 'outreach.today.people', 'outreach.today.figures']
    _description = "Today"

    @api.model
    def _get_blocks(self):
        return [
            Block('setup', f'{MANAGER},{ADMINISTRATOR}'),
            Block('appointments', OUTREACH),
            Block('fair', FAIR_HELPER),
            Block('advised', MIGRATION_CENTRE),
            Block('to_do', f'{OUTREACH},{PARTNER_AGENCY}'),
            Block('due', OFFICER),
            Block('others', OFFICER),
            Block('matches', JOB_CENTRE),
            Block('permissions', f'{JOB_CENTRE},{MIGRATION_CENTRE}'),
            Block('joint_share', MANAGER),
            Block('overdue_promises', MANAGER),
            Block('exceptions', MANAGER),
            Block('due_places', MANAGER),
            Block('privacy', f'{DATA_PROTECTION},{ADMINISTRATOR}'),
            Block('questions', DATA_PROTECTION),
        ]

    # ------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_today(self):
        """The page as plain data: `date`, `sentence` (parts with `text`, `block`, `late`), `actions`, `can_search` and
        `blocks`, each with its `key` and either `failed` or what `_get_block_<key>` returns."""
        self._check_internal()
        blocks, sentence, lists = [], [], self._get_lists()
        # one savepoint for all: whatever a broken block left behind is rolled back, nothing is written anyway
        with self.env.cr.savepoint() as savepoint:
            for block in self._get_blocks():
                if not self.env.user.has_groups(block.groups):
                    continue
                try:
                    data = getattr(self, f'_get_block_{block.key}')(lists)
                except Exception:
                    _logger.exception("The block %s of the start page fails.", block.key)
                    savepoint.rollback()
                    data = {'failed': True}
                if data is not None:
                    sentence += data.pop('sentence', ())
                    blocks.append({'key': block.key, **data})
        if self.env.user.has_groups(VISITORS) and not self.env.user._get_outreach_agency():
            sentence = [
                {
                    'text': self.env._(
                        "You belong to no agency yet, so you can be in no team. A manager adds you under Configuration, Agencies."
                    ),
                    'block': False,
                    'late': False,
                },
                *sentence,
            ]
        if not sentence and any(block['key'] == 'appointments' and 'failed' not in block for block in blocks):
            sentence = [{'text': self.env._("No appointment today, and nothing is overdue."), 'block': False, 'late': False}]
        return {
            'date': format_date(self.env, self._get_day(), date_format='full'),
            'sentence': sentence,
            'actions': self._get_quick_actions(),
            'can_search': bool(self._get_searched()),
            'blocks': blocks,
        }

    @api.model
    def get_list(self, name, value=None):
        """The action behind a number; `value` is the id (or False) by which the list is split."""
        self._check_internal()
        behind = self._get_lists().get(name)
        if not behind or not (value is None or (behind.split and (value is False or isinstance(value, int)))):
            raise UserError(self.env._("There is no such list. Please reload the page."))
        domain, title = behind.domain, behind.name
        if value is not None:
            domain &= Domain(behind.split, '=', value)
            field = self.env[behind.model]._fields[behind.split]
            part = self.env[field.comodel_name].browse(value).display_name if value else self.env._("Not Assigned")
            title = f'{title}: {part}'
        action = self.env['ir.actions.act_window']._for_xml_id(f'{MODULE}.{behind.action}')
        # the view that is meant first, and without the filters that the action begins with
        return action | {
            'name': title,
            'display_name': title,
            'domain': list(domain),
            'context': {},
            'views': sorted(action['views'], key=lambda view: view[1] != behind.view),
        }

    @api.model
    @api.readonly
    def search_records(self, words):
        """Companies, demands, visits and pseudonyms that fit these words, as `{kind, name, model, id, url}`."""
        self._check_internal()
        words = words.strip() if isinstance(words, str) else ''
        if len(words) < 2:
            return []
        return [
            {'kind': kind, 'name': name, **self._get_link(model, number)}
            for kind, (model, domain) in self._get_searched().items()
            for number, name in self.env[model].name_search(words, domain, limit=SEARCH_LIMIT)
        ]

    def _check_internal(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The start page is for the staff of the offices."))

    # ------------------------------------------------------------
    # WHAT STANDS ABOVE THE BLOCKS
    # ------------------------------------------------------------

    def _get_quick_actions(self):
        if not self.env.user.has_group(OFFICER):
            return []
        return [
            {
                'key': 'visit',
                'label': self.env._("Plan a Visit"),
                'short': self.env._("Visit"),
                'icon': 'fa-calendar',
                'action': f'{MODULE}.outreach_visit_plan_action',
            },
            {
                'key': 'demand',
                'label': self.env._("Log a Demand"),
                'short': self.env._("Demand"),
                'icon': 'fa-bullhorn',
                'action': f'{MODULE}.outreach_demand_action_quick',
            },
            {
                'key': 'contact',
                'label': self.env._("Log a Contact"),
                'short': self.env._("Contact"),
                'icon': 'fa-phone',
                'action': f'{MODULE}.outreach_contact_log_action',
            },
        ]

    def _get_searched(self):
        """`{kind: (model, domain)}` of what the search on the page looks for."""
        if not self.env.user.has_group(OUTREACH):
            return {}
        searched = {
            'companies': ('res.partner', [('is_company', '=', True), ('outreach_company', '=', True)]),
            'demands': ('outreach.demand', []),
            'visits': ('outreach.visit', []),
        }
        if any(map(self.env.user.has_group, CANDIDATE_GROUPS)):
            searched['candidates'] = ('outreach.candidate', [])  # by their pseudonyms
        return searched
