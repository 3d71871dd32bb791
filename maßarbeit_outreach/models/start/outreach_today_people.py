"""Blocks about people who look for work: job centre and migration centre only, each those whom they may read."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.matching.matching import FITS_NOW
from .outreach_today_frame import ListBehind

ADVISED_ROWS = 6
MATCHED_DEMANDS = 5
PERMISSION_ROWS = 5
IN_SEARCH = ('available', 'proposed', 'paused')


class OutreachTodayPeople(models.AbstractModel):
    _name = 'outreach.today.people'
    _inherit = ['outreach.today.frame']
    _description = "Blocks of the start page about people"

    def _get_lists(self):
        Candidate = self.env['outreach.candidate']
        in_search = Domain('status', 'in', IN_SEARCH)
        advised = Domain('adviser_id', '=', self.env.uid)
        return super()._get_lists() | {
            'advised': ListBehind(
                'outreach.candidate', advised & in_search, 'outreach_candidate_action', self.env._("People Whom I Advise")
            ),
            'permissions': ListBehind(
                'outreach.candidate',
                (advised | Domain('user_id', '=', self.env.uid))
                & in_search
                & Domain('permission_until', '<=', f'today +{Candidate.REMIND_DAYS}d'),
                'outreach_candidate_action',
                self.env._("Permissions That End"),
            ),
            'matches': ListBehind(
                'outreach.match', Domain('fit', '=', FITS_NOW), 'outreach_match_action', self.env._("Fits Now"), split='demand_id'
            ),
        }

    def _get_block_advised(self, lists):
        """Whose barrier is due first comes first, then those without a date."""
        Barrier, Candidate = self.env['outreach.barrier'], self.env['outreach.candidate']
        found = Candidate._search(lists['advised'].domain)
        rows = (
            []
            if found.is_empty()
            else self.env.execute_query(
                SQL(
                    """
            SELECT c.id, c.name, c.status, c.german_level, b.date_until, b.kind, b.count, count(*) OVER ()
              FROM outreach_candidate c
              LEFT JOIN (SELECT DISTINCT ON (candidate_id) candidate_id, date_until, kind,
                                count(*) OVER (PARTITION BY candidate_id) AS count
                           FROM outreach_barrier WHERE id IN %s ORDER BY candidate_id, date_until, id) b ON b.candidate_id = c.id
             WHERE c.id IN %s
             ORDER BY b.date_until, c.name
             LIMIT %s
            """,
                    Barrier._search(Barrier._get_open_domain()).subselect(),
                    found.subselect(),
                    ADVISED_ROWS,
                )
            )
        )
        Candidate.browse(row[0] for row in rows)._write_access_down('search')
        kinds, statuses, levels = (
            dict(model._fields[name]._description_selection(self.env))
            for model, name in ((Barrier, 'kind'), (Candidate, 'status'), (Candidate, 'german_level'))
        )
        count = rows[0][-1] if rows else 0
        return {
            'title': self.env._("People Whom I Advise"),
            **self._get_count('advised', count, len(rows)),
            'groups': rows
            and [
                {
                    'title': '',
                    'rows': [
                        self._get_row(
                            'outreach.candidate',
                            number,
                            name,
                            self._join(
                                statuses[status], self.env._("German: %(level)s", level=levels.get(level) or self.env._("not known"))
                            ),
                            day,
                            kind=self._join(
                                kinds.get(kind), barriers and barriers > 1 and self.env._("%(count)s open barriers", count=barriers)
                            ),
                        )
                        for number, name, status, level, day, kind, barriers, __ in rows
                    ],
                }
            ],
            'empty': {
                'text': self.env._("You advise nobody yet."),
                'hint': self.env._("Whoever is entered as adviser of a person sees that person here."),
                'button': {'label': self.env._("Look at People"), 'action': 'maßarbeit_outreach.outreach_candidate_action'},
            },
        }

    def _get_block_matches(self, lists):
        """Own open demands for which somebody fits now and nobody is selected yet: first those with the most in last
        night's count, counted anew."""
        Demand = self.env['outreach.demand']
        found = Demand._search(
            Domain('user_id', '=', self.env.uid)
            & Demand._get_open_domain()
            & Domain('proposal_ids', 'not any', [('state', '=', 'planned')])
        )
        demands = (
            []
            if found.is_empty()
            else self.env.execute_query(
                SQL(
                    """
            SELECT d.id, d.name, p.name
              FROM outreach_demand d
              JOIN res_partner p ON p.id = d.partner_id
              LEFT JOIN outreach_match_count s ON s.demand_id = d.id
             WHERE d.id IN %s
             ORDER BY s.fits_now DESC NULLS LAST, d.date DESC, d.id DESC
             LIMIT %s
            """,
                    found.subselect(),
                    MATCHED_DEMANDS,
                )
            )
        )
        counts = (
            {
                demand.id: count
                for demand, count in self.env['outreach.match']._read_group(
                    lists['matches'].domain & Domain('demand_id', 'in', [number for number, *__ in demands]), ['demand_id'], ['__count']
                )
            }
            if demands
            else {}
        )
        rows = sorted((row for row in demands if row[0] in counts), key=lambda row: -counts[row[0]])
        return {
            'title': self.env._("Matches for My Demands"),
            'groups': rows
            and [
                {
                    'title': '',
                    'rows': [
                        self._get_row(
                            'outreach.demand',
                            number,
                            name,
                            company,
                            buttons=[
                                {
                                    'label': self.env._("1 person")
                                    if counts[number] == 1
                                    else self.env._("%(count)s people", count=counts[number]),
                                    'title': self.env._("Who fits now: %(demand)s", demand=name),
                                    'list': 'matches',
                                    'value': number,
                                }
                            ],
                        )
                        for number, name, company in rows
                    ],
                }
            ],
            'empty': {
                'text': self.env._("Nobody new fits your open demands."),
                'hint': self.env._("Demands for which somebody is selected already are not counted."),
                'button': {'label': self.env._("Look at Demands"), 'action': 'maßarbeit_outreach.outreach_demand_action'},
            },
        }

    def _get_block_permissions(self, lists):
        rows, count = self._read_rows(lists['permissions'], ['name', 'permission_until'], 'permission_until, id', PERMISSION_ROWS)
        if not rows:
            return None
        self.env['outreach.candidate'].browse(row[0] for row in rows)._write_access_down('search')
        return {
            'title': self.env._("Permissions That End"),
            **self._get_count('permissions', count, len(rows)),
            'groups': [
                {
                    'title': '',
                    'rows': [
                        self._get_row(
                            'outreach.candidate',
                            number,
                            name,
                            self.env._("valid until %(day)s", day=self._say_day(day)),
                            day,
                            buttons=[
                                self._get_button(
                                    self.env._("Ask Immigration Office"), 'outreach.candidate', 'action_ask_permission', [number]
                                )
                            ],
                        )
                        for number, name, day in rows
                    ],
                }
            ],
        }
