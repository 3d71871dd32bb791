"""Blocks of those who set up, lead, organise and protect: first steps, fairs, coordination, privacy. No figure names anybody."""

from odoo import models
from odoo.fields import Domain

from .outreach_today_frame import ListBehind

SHARE_DAYS = 90
QUESTION_DAYS = 30
PLACES = 8
EXCEPTION_ROWS = 3


class OutreachTodayFigures(models.AbstractModel):
    _name = 'outreach.today.figures'
    _inherit = ['outreach.today.frame']
    _description = "Blocks of the start page about coordination and privacy"

    def _get_lists(self):
        Promise = self.env['outreach.promise']
        done = Domain('stage', '=', 'done') & Domain('kind_id.is_visit', '=', True) & Domain('start', '>=', f'today -{SHARE_DAYS}d')
        return super()._get_lists() | {
            'stands': ListBehind(
                'event.booth',
                Domain('event_id.is_job_fair', '=', True) & Domain('participation_state', '!=', False),
                'event_booth_stand_action',
                self.env._("Fair Stands"),
                split='event_id',
            ),
            'visits_done': ListBehind(
                'outreach.visit', done, 'outreach_visit_action', self.env._("Visits of the Last %(days)s Days", days=SHARE_DAYS)
            ),
            'visits_joint': ListBehind(
                'outreach.visit',
                done & Domain('is_joint', '=', True),
                'outreach_visit_action',
                self.env._("Joint Visits of the Last %(days)s Days", days=SHARE_DAYS),
            ),
            'overdue_promises': ListBehind(
                'outreach.promise',
                Promise._get_open_domain() & Domain('date_deadline', '<', 'today'),
                'outreach_promise_action',
                self.env._("Overdue Promises"),
                split='agency_id',
            ),
            'exceptions': ListBehind(
                'outreach.contact.decision',
                Domain('create_date', '>=', f'today -{SHARE_DAYS}d'),
                'outreach_contact_decision_action',
                self.env._("Exceptions from Coordination"),
            ),
            'due_places': ListBehind(
                'outreach.due',
                self.env['outreach.due']._get_to_do_domain(),
                'outreach_due_action',
                self.env._("Companies Due"),
                split='municipality_id',
            ),
            'privacy': ListBehind(
                'outreach.privacy.check', Domain.TRUE, 'outreach_privacy_check_action', self.env._("Privacy Check"), view='kanban'
            ),
            'privacy_open': ListBehind(
                'outreach.privacy.check',
                Domain('state', '=', 'open'),
                'outreach_privacy_check_action',
                self.env._("Settings That Are Open"),
                view='kanban',
            ),
            'questions': ListBehind(
                'outreach.figure.question',
                Domain('day', '>=', f'today -{QUESTION_DAYS}d'),
                'outreach_figure_question_action',
                self.env._("Questions of the Last %(days)s Days", days=QUESTION_DAYS),
            ),
            'questions_today': ListBehind(
                'outreach.figure.question', Domain('day', '=', 'today'), 'outreach_figure_question_action', self.env._("Questions of Today")
            ),
        }

    def _get_number(self, label, value, name, split=None, **values):
        """A number of a block, and the list that it opens."""
        return {'label': label, 'value': str(value), 'list': name, 'split': split, **values}

    # ------------------------------------------------------------
    # FIRST STEPS
    # ------------------------------------------------------------

    def _get_block_setup(self, lists):
        """The check list, as long as something is left of it and nobody has put it away."""
        setup = self.env['outreach.setup'].get_setup()
        return (
            {
                'title': self.env._("First Steps"),
                'count': self.env._("%(done)s of %(all)s done", done=setup['done'], all=len(setup['steps'])),
                'steps': setup['steps'],
            }
            if setup['is_shown']
            else None
        )

    # ------------------------------------------------------------
    # FAIRS
    # ------------------------------------------------------------

    def _get_block_fair(self, lists):
        """Today's fair, else the next one."""
        fairs = self.env['event.event'].search_fetch(
            Domain('is_job_fair', '=', True) & Domain('date_end', '>=', 'today'),
            ['name', 'date_begin', 'date_end', 'address_id', 'outreach_municipality_id'],
            order='date_begin, id',
            limit=1,
        )
        if not fairs:
            return {
                'title': self.env._("Job Fair"),
                'groups': [],
                'empty': {
                    'text': self.env._("No job fair is coming up."),
                    'hint': self.env._("As soon as one is planned, it stands here with its stands."),
                },
            }
        day = self._get_local_day(fairs.date_begin)
        is_today = day <= self._get_day()
        hall = self.env._("Hall to be announced")
        address = fairs.sudo().address_id  # of the fair, which this user reads
        if address:
            hall = ', '.join(filter(None, [address.name, address.street, address.city]))
        count = self.env['event.booth'].search_count(lists['stands'].domain & Domain('event_id', '=', fairs.id))
        return {
            'title': self.env._("Today's Job Fair") if is_today else self.env._("Next Job Fair"),
            'groups': [
                {
                    'title': '',
                    'rows': [
                        self._get_row(
                            'event.event',
                            fairs.id,
                            fairs.name,
                            self._join(hall, fairs.outreach_municipality_id.name or ''),
                            when=self.env._("today") if is_today else self._say_day(day),
                            view=self.env.ref('maßarbeit_outreach.event_event_fair_view_form').id,
                            kind=f'{self._say_time(fairs.date_begin)} – {self._say_time(fairs.date_end)}',
                            buttons=[{'label': self.env._("Stands (%(count)s)", count=count), 'list': 'stands', 'value': fairs.id}]
                            if is_today
                            else [],
                        )
                    ],
                }
            ],
        }

    # ------------------------------------------------------------
    # COORDINATION
    # ------------------------------------------------------------

    def _get_block_joint_share(self, lists):
        Visit, told = self.env['outreach.visit']._over_circle()
        counts = dict(Visit._read_group(lists['visits_done'].domain & told, ['is_joint'], ['__count']))
        joint, total = counts.get(True, 0), sum(counts.values())
        return {
            'title': self.env._("Joint Visits, Last %(days)s Days", days=SHARE_DAYS),
            'numbers': total
            and [
                self._get_number(self.env._("joint visits, %(share)s %% of all", share=round(100 * joint / total)), joint, 'visits_joint'),
                self._get_number(self.env._("visits on site"), total, 'visits_done'),
            ],
            'empty': {
                'text': self.env._("No visit took place in the last %(days)s days.", days=SHARE_DAYS),
                'hint': self.env._("Visits count once their report is written."),
                'button': {'label': self.env._("Look at Visits"), 'action': 'maßarbeit_outreach.outreach_visit_action'},
            },
        }

    def _get_block_overdue_promises(self, lists):
        counts = self.env['outreach.promise']._read_group(
            lists['overdue_promises'].domain, ['agency_id'], ['__count'], order='__count desc, agency_id'
        )
        total = sum(count for __, count in counts)
        return {
            'title': self.env._("Overdue Promises"),
            **self._get_count('overdue_promises', total, total),
            'numbers': [self._get_number(agency.name, count, 'overdue_promises', agency.id, late=True) for agency, count in counts],
            'empty': {'text': self.env._("No promise is overdue.")},
            'sentence': [
                {
                    'text': self.env._("1 promise is overdue.")
                    if total == 1
                    else self.env._("%(count)s promises are overdue.", count=total),
                    'block': 'overdue_promises',
                    'late': True,
                }
            ]
            if total
            else [],
        }

    def _get_block_exceptions(self, lists):
        """Who went although something spoke against it: the agency, never the person."""
        columns = ['partner_id.name', 'agency_id.name', 'reason', 'create_date']
        rows, count = self._read_rows(lists['exceptions'], columns, 'create_date desc, id desc', EXCEPTION_ROWS)
        return {
            'title': self.env._("Exceptions from Coordination, Last %(days)s Days", days=SHARE_DAYS),
            **self._get_count('exceptions', count, len(rows)),
            'groups': rows
            and [
                {
                    'title': '',
                    'rows': [
                        self._get_row(
                            'outreach.contact.decision',
                            number,
                            company,
                            self._join(agency, self.env._("“%(reason)s”", reason=reason)),
                            when=self._say_short_day(self._get_local_day(created)),
                        )
                        for number, company, agency, reason, created in rows
                    ],
                }
            ],
            'empty': {'text': self.env._("No exceptions.")},
        }

    def _get_block_due_places(self, lists):
        counts = self.env['outreach.due']._read_group(
            lists['due_places'].domain, ['municipality_id'], ['__count'], order='__count desc, municipality_id'
        )
        total = sum(count for __, count in counts)
        shown = counts[:PLACES]
        return {
            'title': self.env._("Companies Due, by Municipality"),
            **self._get_count('due_places', total, sum(count for __, count in shown)),
            'numbers': [
                self._get_number(
                    place.name or self.env._("Not Assigned"), count, 'due_places', place.id or False, share=round(100 * count / shown[0][1])
                )
                for place, count in shown
            ],
            'empty': {'text': self.env._("No company is due.")},
        }

    # ------------------------------------------------------------
    # PRIVACY
    # ------------------------------------------------------------

    def _get_block_privacy(self, lists):
        checks = self.env['outreach.privacy.check'].search([])
        still_open = checks.filtered(lambda check: check.state == 'open')
        return {
            'title': self.env._("Privacy Check"),
            **self._get_count('privacy', len(checks), 0),
            'numbers': still_open
            and [
                self._get_number(
                    self.env._("open setting") if len(still_open) == 1 else self.env._("open settings"),
                    len(still_open),
                    'privacy_open',
                    late=True,
                )
            ],
            'points': still_open.mapped('name'),
            'empty': {'text': self.env._("All %(count)s settings are strict.", count=len(checks))},
        }

    def _get_block_questions(self, lists):
        """How often figures about people were asked for; by whom stands in the list."""
        Question = self.env['outreach.figure.question']
        count = Question.search_count(lists['questions'].domain)
        return {
            'title': self.env._("Questions for Figures"),
            'numbers': count
            and [
                self._get_number(self.env._("today"), Question.search_count(lists['questions_today'].domain), 'questions_today'),
                self._get_number(self.env._("in the last %(days)s days", days=QUESTION_DAYS), count, 'questions'),
            ],
            'empty': {'text': self.env._("Nobody asked for a figure in the last %(days)s days.", days=QUESTION_DAYS)},
        }
