from datetime import timedelta

from odoo import fields, models

from ...tools.visit.suggested_topics import LONG_OPEN_DAYS, RULES, Facts, suggest

# German that somebody brings who has been here for a year or two.
NEWCOMER_LEVELS = ('0_none', '1_a1', '2_a2')


class OutreachPreparationSheet(models.AbstractModel):
    """What the offices know of a company, to read before a visit.

    One page whatever there is: every line is one line, every list is cut and says what it left out. What the reader
    may not read is left out, and of people placed there are only counts.
    """

    _name = 'report.outreach.preparation.sheet'
    _inherit = ['report.outreach.sheet']
    _description = "Preparation sheet of a visit"
    _sheet_model = 'outreach.visit'

    def _prepare_sheets(self, docs):
        companies = docs.partner_id
        visits = self._group('outreach.visit', companies, [('stage', '=', 'done')], 'start desc, id desc')
        promises = self._group('outreach.promise', companies, self.env['outreach.promise']._get_open_domain())
        demands = self._group('outreach.demand', companies, self.env['outreach.demand']._get_open_domain())
        stands = self._group('event.booth', companies, [('participation_state', '!=', False)])
        warnings = self._group('outreach.early.warning', companies, self.env['outreach.early.warning']._get_open_domain())
        referrals = self._group('outreach.referral', companies, self.env['outreach.referral']._get_open_domain())
        placements = companies._get_outreach_placement_counts()
        contacts = self._get_contacts(docs)
        topics = self._get_topics()
        published = self.env['outreach.figure.table'].sudo()._get_placements(companies, self.env.company)
        sheets = []
        for visit in docs:
            company = visit.partner_id
            past = [other for other in visits[company] if other.start < visit.start]  # as a list they are read at once
            facts = self._prepare_facts(visit, past, promises[company], demands[company], warnings[company], placements)
            left = [self._prepare_stands(stands[company]), self._prepare_placements(placements[company], published[company.id])]
            right = [self._prepare_warnings(warnings[company]), self._prepare_referrals(referrals[company])]
            sheets.append(
                {
                    **self._prepare_head(visit),
                    'sections': list(
                        filter(
                            None,
                            [
                                self._prepare_suggestions(visit, facts, topics),
                                self._prepare_contacts(contacts[visit], visit.contact_ids),
                                self._prepare_company(company),
                                self._prepare_promises(promises[company]),
                                self._prepare_past(past),
                                self._prepare_demands(demands[company]),
                            ],
                        )
                    ),
                    'halves': [list(filter(None, half)) for half in (left, right)],
                }
            )
        return sheets

    # ------------------------------------------------------------
    # HEAD
    # ------------------------------------------------------------

    def _prepare_head(self, visit):
        company = visit.partner_id
        team = self._format_team(visit)
        # the last of these may take two lines
        info = [
            (self.env._("Time"), self._format_hours(visit)),
            (self.env._("Place"), self._format_place(visit)),
            (self.env._("Reachable"), ' · '.join(filter(None, [company.phone, company.email, company.website]))),
            (self.env._("Status"), self._get_label(visit, 'stage')),
            (self.env._("Team"), ', '.join(team)),
            (self.env._("Topics"), ', '.join(visit.topic_ids.mapped('name'))),
        ]
        return {
            'company': company.name,
            'info': [line for line in info if line[1]],
            'subject': self.env._("%(kind)s on %(day)s", kind=visit.kind_id.name, day=self._format_day(visit.start)),
            'wishes': self._get_wishes(company),
        }

    def _get_wishes(self, company):
        channels = [
            (company.outreach_consent_phone, self.env._("phone")),
            (company.outreach_consent_email, self.env._("e-mail")),
            (company.outreach_consent_visit, self.env._("visits")),
        ]
        refused = ', '.join(name for consent, name in channels if consent == 'refused')
        until = company.outreach_blocked_until
        wishes = []
        if until and until >= fields.Date.context_today(self):
            wishes.append(self.env._("no contact until %(date)s", date=self._format_date(until)))
        if company.outreach_max_contacts:
            wishes.append(self.env._("at most %(count)s contacts a month", count=company.outreach_max_contacts))
        if refused:
            wishes.append(self.env._("refused: %(channels)s", channels=refused))
        return '; '.join(filter(None, [*wishes, company.outreach_wish_note]))

    # ------------------------------------------------------------
    # SECTIONS
    # ------------------------------------------------------------

    def _prepare_contacts(self, persons, named):
        rows = [[f"{person.name} *" if person in named else person.name, person.function, person.phone, person.email] for person in persons]
        return self._section(
            self.env._("Contact persons (* of this visit)") if named else self.env._("Contact persons"),
            (46, 46, 34, 38),
            rows,
            3,
            self.env._("Nobody is known by name."),
        )

    def _prepare_company(self, company):
        register = ' '.join(
            filter(None, [company.outreach_register_court, company.outreach_register_kind, company.outreach_register_number])
        )
        traits = [
            company._fields[fname]._description_string(self.env)
            for fname in (
                'outreach_training_company',
                'outreach_collective_agreement',
                'outreach_works_council',
                'outreach_mentor',
                'outreach_childcare_help',
                'outreach_transport_help',
                'outreach_accessible',
            )
            if company[fname]
        ]
        facts = [
            (self.env._("WZ"), company.outreach_industry_id.display_name),
            (self.env._("Size"), self._get_label(company, 'outreach_size_class')),
            (self.env._("Municipality"), company.outreach_municipality_id.name),
            (self.env._("Register"), register),
            (self.env._("Languages"), ', '.join(company.outreach_language_ids.mapped('name'))),
            (self.env._("Bus"), company.outreach_bus_stop),
        ]
        facts = [fact for fact in facts if fact[1]]
        rows = [[*first, *second] for first, second in zip(facts[::2], [*facts[1::2], ('', '')], strict=False)]
        if traits:
            rows.append([self.env._("Has"), ', '.join(traits)])
        return self._section(self.env._("Company"), (22, 68, 22, 52), rows, 4, self.env._("Nothing is recorded but the address."))

    def _prepare_promises(self, promises):
        """Both sides, three each."""
        today = fields.Date.context_today(self)
        rows = {
            side: [
                [label, self._format_until(promise, today), f"{promise.user_id.name} ({promise.agency_id.name})", promise.name]
                for promise in promises
                if promise.side == side
            ]
            for side, label in self._get_sides().items()
        }
        section = self._section(
            self.env._("Open promises"),
            (16, 34, 50, 64),
            [line for lines in rows.values() for line in lines[:3]],
            6,
            self.env._("None, on neither side."),
            wrap=True,
        )
        return {**section, 'more': sum(max(len(lines) - 3, 0) for lines in rows.values())}

    def _prepare_past(self, visits):
        return self._section(
            self.env._("Past visits"),
            (17, 28, 60, 28, 31),
            [
                [
                    self._format_day(visit.start, date_format='short'),
                    visit.kind_id.name,
                    ', '.join(visit.agency_ids.mapped('name')),
                    self._get_label(visit, 'result'),
                    ', '.join(visit.topic_ids.mapped('name')),
                ]
                for visit in visits
            ],
            5,
            self.env._("Nobody was there yet."),
        )

    def _prepare_demands(self, demands):
        return self._section(
            self.env._("Open demands"),
            (76, 28, 30, 30),
            [
                [
                    demand.name,
                    self._get_label(demand, 'stage'),
                    self.env._("%(filled)s of %(positions)s filled", filled=demand.positions_filled, positions=demand.positions),
                    self.env._("from %(date)s", date=self._format_date(demand.start_date)) if demand.start_date else '',
                ]
                for demand in demands
            ],
            4,
            self.env._("None."),
        )

    def _prepare_stands(self, stands):
        stands = stands.sorted(lambda stand: (stand.fair_date, stand.id), reverse=True)
        return self._section(
            self.env._("Fair stands"),
            (18, 40, 22),
            [
                [self._format_day(stand.fair_date, date_format='short'), stand.event_id.name, self._get_label(stand, 'participation_state')]
                for stand in stands
            ],
            3,
        )

    def _prepare_warnings(self, warnings):
        return self._section(
            self.env._("Early warnings"),
            (18, 20, 42),
            [[self._format_date(warning.date), self._get_label(warning, 'kind'), warning.note] for warning in warnings],
            2,
        )

    def _prepare_referrals(self, referrals):
        return self._section(
            self.env._("Open referrals"),
            (30, 32, 18),
            [[referral.to_agency_id.name, referral.name, self._get_label(referral, 'state')] for referral in referrals],
            2,
        )

    # ------------------------------------------------------------
    # PEOPLE PLACED
    # ------------------------------------------------------------

    def _prepare_placements(self, counts, published):
        """The job centre reads the counts, others what was published last night; that they are told the same of a company
        with few people placed and with none is no accident."""
        may_know = self.env['outreach.placement'].has_access('read')
        if may_know and not counts[0]:
            return None
        numbers = dict(zip(('placed', 'staying', 'left'), counts, strict=True)) if may_know else {'placed': published}
        labels = {'placed': self.env._("placed"), 'staying': self.env._("still there"), 'left': self.env._("left")}
        numbers = [(labels[key], number) for key, number in numbers.items()]
        words = [f"{number} {label}" for label, number in numbers if number is not None]
        return self._section(
            self.env._("People placed here"), (80,), [[', '.join(words)]] if words else [], 1, self.env._("Too few to tell.")
        )

    # ------------------------------------------------------------
    # SUGGESTED TOPICS
    # ------------------------------------------------------------

    def _get_topics(self):
        """`{key of the rule: topic of the catalogue}`, without those that a manager deleted or archived."""
        keys = {topic for topic, __, __ in RULES}
        topics = {key: self.env.ref(f'maßarbeit_outreach.topic_{key}', raise_if_not_found=False) for key in keys}
        return {key: topic for key, topic in topics.items() if topic and topic.active}

    def _prepare_facts(self, visit, past, promises, demands, warnings, placements):
        company, today = visit.partner_id, fields.Date.context_today(self)
        waiting = demands.filtered(lambda demand: demand.stage != 'paused')
        may_know = self.env['outreach.placement'].has_access('read')
        staying = placements[company][1] if may_know else 0
        industry = company.outreach_industry_id
        industry = (industry.code or '').replace('.', '') if industry.version == '2008' else ''
        return Facts(
            overdue_promises=len(promises.filtered(lambda promise: promise.side == 'agency' and promise.date_deadline < today)),
            warnings=frozenset(warnings.mapped('kind')),
            long_open_positions=sum(
                waiting.filtered(lambda demand: demand.date <= today - timedelta(days=LONG_OPEN_DAYS)).mapped('positions_open')
            ),
            open_positions=sum(waiting.mapped('positions_open')),
            demands_open_to_newcomers=len(
                waiting.filtered(
                    lambda demand: (
                        demand.suits_career_changers
                        or demand.trains_on_the_job
                        or (demand.accepted_language_level or demand.language_level) in NEWCOMER_LEVELS
                    )
                )
            ),
            days_since_visit=(visit.start - past[0].start).days if past else None,
            placed=staying,
            languages=len(company.outreach_language_ids),
            mentor=company.outreach_mentor,
            training_company=company.outreach_training_company,
            size_class=company.outreach_size_class or '',
            division=industry[:2],
            group=industry[:3],
        )

    def _prepare_suggestions(self, visit, facts, topics):
        planned = {key for key, topic in topics.items() if topic in visit.topic_ids}
        names = {key: topic.name for key, topic in topics.items()} | {
            'promises': self.env._("What we promised"),
            'acquaintance': self.env._("Getting to know each other"),
            'changes': self.env._("What has changed"),
            'retention': self.env._("How the new people are doing"),
        }
        rows = [
            [names[topic], self._get_reason(reason, value)]
            for topic, reason, value in suggest(facts, planned, limit=len(RULES))
            if topic in names
        ]
        return self._section(self.env._("Suggested topics, and why"), (56, 108), rows[:5], 5)

    def _get_reason(self, reason, value):
        return {
            'overdue': self.env._("promises of ours that are overdue: %(count)s", count=value),
            'layoffs': self.env._("layoffs were heard of: who could be kept by training?"),
            'closure': self.env._("a closure was heard of: where can the people go?"),
            'succession': self.env._("a change of ownership was heard of"),
            'expansion': self.env._("an expansion was heard of"),
            'long_open': self.env._("positions open for more than %(days)s days: %(count)s", days=LONG_OPEN_DAYS, count=value),
            'open_to_newcomers': self.env._("demands that little German or no training is enough for: %(count)s", count=value),
            'never_visited': self.env._("nobody was there yet"),
            'long_ago': self.env._("the last visit was %(count)s months ago", count=value),
            'open': self.env._("open positions: %(count)s", count=value),
            'placed': self.env._("people placed who are still there: %(count)s", count=value),
            'expansion_funding': self.env._("an expansion may be funded"),
            'mentor': self.env._("there is a mentor for new people"),
            'languages': self.env._("languages spoken in the team: %(count)s", count=value),
            'care': self.env._("care looks for people; qualifications from abroad can be recognised"),
            'trains': self.env._("a training company: places for next summer"),
            'construction': self.env._("construction trains for its own need"),
            'logistics': self.env._("driving licences and certificates can be paid for"),
            'manufacturing': self.env._("production changes with digitalisation"),
            'could_train': self.env._("big enough to train, but no training company yet"),
        }[reason]
