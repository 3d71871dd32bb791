from collections import defaultdict
from contextlib import contextmanager
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

from ...tools.base.reason import is_reason
from ...tools.visit import coordination
from ..base.groups import OUTREACH

CONSENT_CODES = frozenset({'refused', 'unasked'})  # reasons that are what the company itself said about the channel


class Facts(NamedTuple):
    """What decides whether a contact may conflict with others."""

    partner_id: int
    day: date
    kind_id: int
    is_open: bool
    agency_ids: frozenset[int]
    user_ids: frozenset[int]

    def conflicts_no_more_than(self, before: 'Facts') -> bool:
        """Whether only the team changed, and nobody left it."""
        return (
            self._replace(agency_ids=before.agency_ids, user_ids=before.user_ids) == before
            and before.agency_ids <= self.agency_ids
            and before.user_ids <= self.user_ids
        )


class Changes(NamedTuple):
    """What one call does to planned contacts."""

    facts: dict[int, 'Facts | None']  # {visit id: before the call; None for a new visit}
    anyway: dict  # {visit id: why to go anyway}
    creating: set  # whose `create` will follow the teams of what it makes by itself, all at once


class KindWindow(NamedTuple):
    """What of a kind of visit decides about conflicts, named as its fields are."""

    guard_days_back: int
    guard_days_ahead: int
    channel: str
    is_mass: bool


class OutreachVisitGuard(models.AbstractModel):
    """The coordinated-contact guard: one face to the company. See `tools/visit/coordination.py` for the rule.

    SPECIFICATION
     * Whoever plans a contact, or moves a planned one, on whatever path, needs a decision where the rule asks for one:
       join the others (`action_join`), hand the topic over (a referral), or go anyway (`anyway_reason`).
     * Going anyway is kept with reason and conflicts as they were (`outreach.contact.decision`). It settles a pair of
       contacts for both sides; what comes up later needs a new decision.
     * Contacts are checked once after all that one call writes, so that a team can be exchanged in one go.
     * Planning for a company is serialised by a write on its record: of two people in the same second one is repeated
       by the server, and sees the other's plan.
    """

    _name = 'outreach.visit.guard'
    _description = "Guard of planned contacts"

    # what may make a conflict
    _guarded_fields = frozenset({'anyway_reason', 'partner_id', 'start', 'kind_id', 'stage', 'member_ids', 'company_id', 'event_id'})

    guard_reasons = fields.Json("What Is Known of Other Contacts", compute='_compute_guard_reasons', export_string_translation=False)
    guard_state = fields.Selection(
        [('free', "Free"), ('note', "Note"), ('decide', "Decide"), ('stop', "Blocked")],
        compute='_compute_guard_reasons',
        export_string_translation=False,
    )
    anyway_reason = fields.Char(
        "Reason for Going Ahead", store=False, help="Kept with what spoke against it. All officers and managers can read it."
    )

    # ------------------------------------------------------------
    # THE RULE ON RECORDS
    # ------------------------------------------------------------

    @api.depends('partner_id', 'start', 'kind_id', 'stage', 'member_ids.user_id', 'member_ids.agency_id')
    def _compute_guard_reasons(self):
        self.guard_reasons = False
        self.guard_state = 'free'
        planned = self.filtered(lambda visit: visit.is_open and visit.partner_id and visit.kind_id and visit.start)
        for visit, reasons in zip(planned, self._get_guard_reasons(planned._prepare_guard_plans()), strict=True):
            visit.guard_reasons = reasons
            visit.guard_state = next(
                (level for level in coordination.SEVERITIES if any(reason['severity'] == level for reason in reasons)), 'free'
            )

    def _prepare_guard_plans(self):
        decided = self._get_decided_keys()
        return [
            {
                'visit_id': visit._origin.id,
                'partner_id': visit.partner_id._origin.id,
                'kind_id': visit.kind_id._origin.id,
                'start': visit.start,
                'user_ids': visit.member_ids.user_id._origin.ids,
                'agency_ids': visit.member_ids.agency_id._origin.ids,
                'company_id': visit.company_id._origin.id,
                'decided_keys': decided[visit._origin.id],
            }
            for visit in self
        ]

    @api.model
    def _get_guard_reasons(self, plans):
        """What speaks against each of these plans, in plain words.

        :param plans: list of ``{'partner_id', 'kind_id', 'start' (datetime, UTC), 'user_ids', 'agency_ids'}`` and, of a
            contact that exists, ``'visit_id'``, ``'company_id'`` and ``'decided_keys'``, the keys of reasons that somebody
            decided upon: these are notes
        :return: parallel list of lists of ``{'code', 'severity' ('stop', 'decide' or 'note'), 'key', 'text',
            'visit_id' (an appointment that can be joined, or False), 'agency_ids' (to whom the topic can be handed)}``

        A constant number of queries, whatever the number of plans and of other companies.
        """
        if not plans:
            return []
        today = fields.Date.context_today(self)
        kinds = self.env['outreach.visit.kind'].sudo().browse({plan['kind_id'] for plan in plans}).grouped('id')
        partners = self.env['res.partner'].sudo().browse({plan['partner_id'] for plan in plans})
        company_ids = {plan.get('company_id') or self.env.company.id for plan in plans}
        contacts = self._get_guard_contacts(partners, company_ids, [self._get_guard_day(plan['start']) for plan in plans])
        commitments = self._get_guard_commitments(partners, company_ids)
        partners = partners.grouped('id')
        found = []
        for plan in plans:
            where = (plan['partner_id'], plan.get('company_id') or self.env.company.id)
            contact = self._prepare_guard_contact(
                kinds[plan['kind_id']],
                self._get_guard_day(plan['start']),
                plan['user_ids'],
                plan['agency_ids'],
                key=plan.get('visit_id') and f"visit:{plan['visit_id']}",
            )
            found.append(
                coordination.check_contact(
                    contact, contacts[where], partners[plan['partner_id']]._get_outreach_wishes(), today, commitments[where]
                )
            )
        visits = self.sudo().browse(
            {
                self._get_guard_visit_id(reason.about)
                for reasons in found
                for reason in reasons
                if isinstance(reason.about, coordination.Contact)
            }
        )
        joinable = set(visits._filter_known().ids)
        visits = visits.grouped('id')
        return [
            [
                self._describe_guard_reason(
                    reason,
                    reason.severity if reason in coordination.undecided(reasons, plan.get('decided_keys', ())) else 'note',
                    partners[plan['partner_id']],
                    visits,
                    joinable,
                    today,
                )
                for reason in reasons
            ]
            for plan, reasons in zip(plans, found, strict=True)
        ]

    @api.model
    def _get_guard_visit_id(self, contact):
        return int(contact.key.partition(':')[2])

    @api.model
    def _get_guard_day(self, start):
        return fields.Datetime.context_timestamp(self, fields.Datetime.to_datetime(start)).date()

    @api.model
    def _prepare_guard_contact(self, kind, day, user_ids, agency_ids, **values):
        return coordination.Contact(
            day,
            frozenset(agency_ids),
            frozenset(user_ids),
            kind.guard_days_back,
            kind.guard_days_ahead,
            kind.channel,
            kind.is_mass,
            **values,
        )

    @api.model
    def _get_guard_contacts(self, partners, company_ids, days):
        """`{(partner id, company id): [Contact]}` around these days, over the rights of the reader: the rule shows of
        another office's contact who, when and of what kind, never what it is about."""
        self.env['outreach.visit'].flush_model(['partner_id', 'company_id', 'start', 'stage', 'kind_id'])
        self.env['outreach.visit.member'].flush_model(['visit_id', 'user_id', 'agency_id'])
        self.env['outreach.visit.kind'].flush_model(['guard_days_back', 'guard_days_ahead', 'channel', 'is_mass'])
        contacts = defaultdict(list)
        for visit_id, partner_id, company_id, start, stage, user_ids, agency_ids, *window in self.env.execute_query(
            SQL(
                """
            SELECT v.id, v.partner_id, v.company_id, v.start, v.stage,
                   array_remove(array_agg(m.user_id), NULL), array_remove(array_agg(m.agency_id), NULL),
                   k.guard_days_back, k.guard_days_ahead, k.channel, k.is_mass
              FROM outreach_visit v
              JOIN outreach_visit_kind k ON k.id = v.kind_id
             CROSS JOIN (SELECT greatest(31, max(greatest(guard_days_back, guard_days_ahead))) AS days FROM outreach_visit_kind) reach
              LEFT JOIN outreach_visit_member m ON m.visit_id = v.id
             WHERE v.partner_id IN %(partners)s AND v.company_id IN %(companies)s AND v.stage != 'cancelled'
               AND v.start BETWEEN %(first)s::date - make_interval(days => reach.days + 1)
                               AND %(last)s::date + make_interval(days => reach.days + 2)
             GROUP BY v.id, k.id
            """,
                partners=tuple(partners.ids),
                companies=tuple(company_ids),
                first=min(days),
                last=max(days),
            )
        ):
            contacts[partner_id, company_id].append(
                self._prepare_guard_contact(
                    KindWindow(*window), self._get_guard_day(start), user_ids, agency_ids, is_done=stage == 'done', key=f'visit:{visit_id}'
                )
            )
        return contacts

    @api.model
    def _get_guard_commitments(self, partners, company_ids):
        """`{(partner id, company id): [Commitment]}`: open promises to the company, and open referrals."""
        commitments = defaultdict(list)
        domain = Domain('partner_id', 'in', partners.ids) & Domain('company_id', 'in', list(company_ids))
        Promise, Referral = self.env['outreach.promise'].sudo(), self.env['outreach.referral'].sudo()
        for promise in Promise.search_fetch(
            domain & Promise._get_open_domain() & Domain('side', '=', 'agency'), ['partner_id', 'company_id', 'agency_id', 'date_deadline']
        ):
            commitments[promise.partner_id.id, promise.company_id.id].append(
                coordination.Commitment(f'promise:{promise.id}', 'promise', promise.agency_id.id, promise.date_deadline)
            )
        for referral in Referral.search_fetch(
            domain & Referral._get_open_domain(), ['partner_id', 'company_id', 'to_agency_id', 'date_answer']
        ):
            commitments[referral.partner_id.id, referral.company_id.id].append(
                coordination.Commitment(f'referral:{referral.id}', 'referral', referral.to_agency_id.id, referral.date_answer)
            )
        return commitments

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    @api.model
    def _describe_guard_reason(self, reason, severity, partner, visits, joinable, today):
        """A reason of the rule as the form and the error show it."""
        about = reason.about
        visit_id, agencies = False, self.env['outreach.agency'].sudo()
        if isinstance(about, coordination.Contact):
            agencies = agencies.browse(sorted(about.agencies))
            visit = visits[self._get_guard_visit_id(about)]
            if not about.is_done and about.day >= today and visit.id in joinable:
                visit_id = visit.id
            text = self._describe_guard_contact(about, visit, agencies, today)
        elif isinstance(about, coordination.Commitment):
            agencies = agencies.browse(about.agency)
            until = format_date(self.env, about.until)
            if about.kind == 'promise':
                text = self.env._("%(agency)s has promised something there until %(date)s.", agency=agencies.name, date=until)
            else:
                text = self.env._("A topic was referred to %(agency)s, answer until %(date)s.", agency=agencies.name, date=until)
        else:
            text = {
                'blocked': lambda: self.env._(
                    "The company is blocked by vetting. A manager can change that on the company's outreach page."
                ),
                'quiet': lambda: self.env._(
                    "The company asked for no contact until %(date)s.", date=format_date(self.env, partner.outreach_blocked_until)
                ),
                'quota': lambda: self.env._(
                    "The company has reached its limit of %(count)s contacts per month.", count=partner.outreach_max_contacts
                ),
                'unasked': lambda: self.env._(
                    "The company was not asked whether it agrees. Note its consent first, then it can be written to with others."
                ),
                'refused': lambda: self.env._("The company does not want to be contacted in this way (see its consents)."),
            }[reason.code]()
        return {
            'code': reason.code,
            'severity': severity,
            'key': reason.key,
            'text': text,
            'visit_id': visit_id,
            'agency_ids': agencies.ids if reason.code in ('other_planned', 'other_done') else [],
        }

    @api.model
    def _describe_guard_contact(self, contact, visit, agencies, today):
        """ "Economic development was there 9 days ago (Follow-up visit, 21.02.2026)."""
        who = ', '.join(agencies.mapped('name')) or self.env._("Somebody without an agency")
        if not contact.is_done:
            people = ', '.join(visit.member_ids.user_id.sorted('id').mapped('name'))
            who = f'{who} ({people})' if people else who
        days = (contact.day - today).days
        if days == 0:
            when = self.env._("today")
        elif abs(days) == 1:
            when = self.env._("tomorrow") if days == 1 else self.env._("yesterday")
        else:
            when = self.env._("in %(days)s days", days=days) if days > 0 else self.env._("%(days)s days ago", days=-days)
        # where not everybody may know the kind, not even those in the circle are told: what a decision keeps is read by everybody
        kind = visit.kind_id.name if visit._is_told_to_all() else None
        values = {'who': who, 'when': when, 'what': ', '.join(filter(None, [kind, format_date(self.env, contact.day)]))}
        if not contact.is_done and contact.day < today:
            return self.env._("%(who)s: appointment %(when)s (%(what)s), the report is missing.", **values)
        if not contact.is_done:
            return self.env._("%(who)s: appointment %(when)s (%(what)s).", **values)
        if visit.kind_id.is_visit:
            return self.env._("%(who)s was there %(when)s (%(what)s).", **values)
        return self.env._("%(who)s was in contact %(when)s (%(what)s).", **values)

    # ------------------------------------------------------------
    # ENFORCEMENT
    # ------------------------------------------------------------

    def _get_guard_facts(self):
        return {
            visit.id: Facts(
                visit.partner_id.id,
                self._get_guard_day(visit.start),
                visit.kind_id.id,
                visit.is_open,
                frozenset(visit.agency_ids.ids),
                frozenset(visit.user_ids.ids),
            )
            for visit in self
        }

    @contextmanager
    def _guard_changes(self):
        """Check planned contacts once, after everything that the outermost of these blocks changes.

        Gives the `Changes` to which the block adds what it creates, and why people go anyway.
        """
        # On the transaction, not in the context: that would be a way around the guard for RPC.
        data, key = self.env.cr.precommit.data, 'outreach.visit.guard'
        outermost = key not in data
        changes = data.setdefault(key, Changes({}, {}, set()))
        visits = self.sudo()
        changes.facts.update(visits.filtered(lambda visit: visit.id not in changes.facts)._get_guard_facts())
        try:
            yield changes
            if outermost:
                touched = visits.browse(changes.facts)
                if any(changes.facts.values()):  # what was there before may be gone
                    touched = touched.exists()
                touched._filter_guard_changes(changes)._check_guard(changes.anyway)
        finally:
            if outermost:
                data.pop(key, None)

    def _filter_guard_changes(self, changes):
        """Planned contacts that may conflict where they did not before: not those whose team only grew."""

        def may_conflict(visit, before, now):
            return now.is_open and (before is None or visit.id in changes.anyway or not now.conflicts_no_more_than(before))

        now = self._get_guard_facts()
        return self.filtered(lambda visit: may_conflict(visit, changes.facts[visit.id], now[visit.id]))

    def _check_guard(self, anyway):
        """Raise UserError for planned contacts that need a decision, or keep the decision that `anyway` brings."""
        if not self:
            return
        self.sudo().partner_id._take_outreach_turn()
        for visit, reasons in zip(self, self._get_guard_reasons(self._prepare_guard_plans()), strict=True):
            against = [reason for reason in reasons if reason['severity'] != 'note']
            if not against:
                continue
            lines = '\n'.join(f"• {reason['text']}" for reason in against)
            if any(reason['severity'] == 'stop' for reason in against):
                raise UserError(self.env._("%(company)s cannot be contacted:\n%(reasons)s", company=visit.partner_id.name, reasons=lines))
            why = (anyway.get(visit.id) or '').strip()
            if not is_reason(why):
                raise UserError(
                    self.env._(
                        "%(contact)s needs a decision:\n%(reasons)s\n"
                        "Join the appointment, hand the topic over, or write under “Reason for Going Ahead” why you go all the same.",
                        contact=visit.display_name,
                        reasons=lines,
                    )
                )
            self.env['outreach.contact.decision'].sudo().create(
                {
                    'visit_id': visit.id,
                    'user_id': self.env.user.id,
                    'agency_id': self.env.user._get_outreach_agency().id,
                    'reason': why,
                    'conflicts': lines,
                    'conflict_keys': [reason['key'] for reason in against],
                }
            )

    # ------------------------------------------------------------
    # E-MAIL, see mail_thread.py
    # ------------------------------------------------------------

    @api.model
    def _get_mail_reasons(self, companies, records, is_mass=False):
        """`{company: [reason]}` of `_get_guard_reasons`: what needs a decision before this user writes to these companies now, from
        `records`; visits from which one writes are no conflict, and from records that are none of employer outreach only what the
        company said about e-mail counts."""
        if not companies:
            return {}
        codes = None if any(record._is_outreach_record() for record in records) else CONSENT_CODES
        if codes and not self.env.user.has_group(OUTREACH):
            codes -= {'unasked'}  # another department has its own reason to write; a refusal it has to heed
        kind = self._get_mail_kind(is_mass)
        user, now = self.env.user, fields.Datetime.now()
        about = {f'visit:{visit.id}' for visit in records if visit._name == 'outreach.visit'}
        # what this person decided today is not asked again for the next e-mail
        decided = defaultdict(set)
        for decision in (
            self.env['outreach.contact.decision']
            .sudo()
            .search(
                [
                    ('partner_id', 'in', companies.ids),
                    ('user_id', '=', user.id),
                    ('visit_id.kind_id.channel', '=', 'email'),
                    ('visit_id.start', '>=', now - timedelta(days=1)),
                ]
            )
        ):
            decided[decision.partner_id.id].update(decision.conflict_keys)
        answers = self._get_guard_reasons(
            [
                {
                    'partner_id': company.id,
                    'kind_id': kind.id,
                    'start': now,
                    'user_ids': user.ids,
                    'agency_ids': user._get_outreach_agency().ids,
                    'decided_keys': decided[company.id] | about,
                }
                for company in companies
            ]
        )
        against = {
            company: [reason for reason in reasons if reason['severity'] != 'note' and (codes is None or reason['code'] in codes)]
            for company, reasons in zip(companies, answers, strict=True)
        }
        return {company: reasons for company, reasons in against.items() if reasons}

    @api.model
    def _get_mail_kind(self, is_mass):
        Kind = self.env['outreach.visit.kind'].sudo().with_context(active_test=False)
        kinds = Kind.search([('channel', '=', 'email')], order='active desc, sequence, id')
        kind = kinds.filtered(lambda kind: kind.is_mass == is_mass)[:1] or kinds[:1]
        if not kind:
            raise UserError(self.env._("There is no kind of visit for e-mails. A manager can add one under Configuration."))
        return kind

    @api.model
    def _check_mail(self, companies, records, why, is_mass=False, keep=True):
        """Raise UserError unless this user may write to these companies, or says why they do it anyway.

        :param keep: whether the decision is kept, with a contact that is done; else it is asked again when the e-mail goes
        """
        against = self._get_mail_reasons(companies, records, is_mass)
        if not against:
            return
        names = ', '.join(company.name for company in against)
        if not self.env.user.has_group(OUTREACH):
            raise UserError(
                self.env._("%(companies)s cannot be written to from here. Please ask an officer of employer outreach.", companies=names)
            )
        lines = '\n'.join(f"• {company.name}: {reason['text']}" for company, reasons in against.items() for reason in reasons)
        if any(reason['severity'] == 'stop' for reasons in against.values() for reason in reasons):
            raise UserError(
                self.env._(
                    "%(companies)s cannot be written to:\n%(reasons)s\nNothing was sent. Leave them out.", companies=names, reasons=lines
                )
            )
        if not is_reason(why):
            raise UserError(
                self.env._(
                    "An e-mail to %(companies)s needs a decision:\n%(reasons)s\nNothing was sent. Leave them out, or open the full editor"
                    " and write under “Reason for Going Ahead” why you write all the same.",
                    companies=names,
                    reasons=lines,
                )
            )
        if keep:
            now = fields.Datetime.now()
            contacts = (
                self.env['outreach.visit']
                .sudo()
                .create(
                    [
                        {
                            'partner_id': company.id,
                            'kind_id': self._get_mail_kind(is_mass).id,
                            'start': now,
                            'stop': now + timedelta(minutes=5),
                            'member_ids': [Command.create({'user_id': self.env.user.id})] if self.env.user._get_outreach_agency() else [],
                            'anyway_reason': why,
                        }
                        for company in against
                    ]
                )
            )
            contacts.write({'stage': 'done', 'result': 'informed'})

    def _get_decided_keys(self):
        """`{visit id: keys}` of reasons that somebody decided upon, at this contact or at the other one of the pair."""
        decided = defaultdict(set)
        known = {f'visit:{visit_id}': visit_id for visit_id in self._origin.ids}
        decisions = (
            self.env['outreach.contact.decision']
            .sudo()
            .search_fetch([('partner_id', 'in', self.partner_id._origin.ids)], ['visit_id', 'conflict_keys'])
            if self
            else ()
        )
        for decision in decisions:
            for key in decision.conflict_keys:
                decided[decision.visit_id.id].add(key)
                if key in known:
                    decided[known[key]].add(f'visit:{decision.visit_id.id}')
        return decided
