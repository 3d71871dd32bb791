"""The ranking by SQL against the rule in Python, on made-up people and demands: the same answers, to the last one."""

from datetime import timedelta
from random import Random

from odoo import fields
from odoo.fields import Command

from ...models.base.selections import CEFR_LEVELS
from ...models.demand.outreach_demand import DEMAND_TIMES
from ...models.matching import outreach_match_query as match_query
from ...tools.matching import matching
from ..common import MODULE, OutreachCommon

LEVELS = [level for level, __ in CEFR_LEVELS]
# days from today; many on the day of the start, the day before and the day after
DAYS = (None, -400, -1, 0, 1, 9, 10, 11, 400)
CLASSES = (False, False, 'B', 'CE', 'B, T', 'A1')
BARRIERS = ('language', 'basic_education', 'mobility', 'hours', 'childcare', 'care', 'recognition', 'permit', 'health', 'debts', 'housing')
EXAMPLES = 60


class Draw(Random):
    """Examples by a number, so that one that fails can be looked at again, and without a package that Odoo does not bring."""

    def some(self, values, least, most):
        """Between `least` and `most` different ones."""
        return self.sample(values, self.randint(least, most))

    def skills(self):
        return [(skill, self.choice('1234')) for skill in self.some(range(6), 0, 5)]

    def hours(self):
        least, most = self.choice(((0, 0), (0, 0), (20, 20), (0, 10), (15, 0), (30, 41), (41, 45)))
        return {'hours_from': least, 'hours_to': most}

    def permit(self):
        """Of the employer of checked companies, of an occupation, or of both."""
        named = self.choice(((True, None), (True, 1), (False, 0), (False, 2), (False, 3)))
        return {
            'state': self.choice(('granted', 'refused')),
            'named': named,
            'days': (self.choice((-9, 0, 30)), self.choice((None, 30, 400))),
        }

    def person(self):
        permission = self.choice(('free', 'free', 'with_permit', 'free_from', 'blocked_until', 'forbidden', 'unclear'))
        status = self.choice(('available', 'available', 'proposed', 'paused', 'placed'))
        needs_date = permission in ('free_from', 'blocked_until')
        return {
            'status': status,
            'paused_until': self.choice(DAYS[1:] if status == 'paused' else DAYS),
            'available_from': self.choice(DAYS),
            'permission': permission,
            'permission_date': self.choice(DAYS[1:] if needs_date else DAYS),
            'permission_until': self.choice(DAYS),
            'german_level': self.choice((False, *LEVELS)),
            'driving_licence': self.choice(CLASSES),
            'reach_km': self.choice((0, 5, 20, 60)),
            'place': self.choice((None, 0, 1, 2)),
            **{name: self.choice((False, True)) for name in match_query.WORKING_TIMES.values()},
            **self.hours(),
            'age_band': self.choice((False, '15_17', '18_24', '15_24')),
            'licence_kind': self.choice((False, False, 'eu', 'foreign', 'converting')),
            'licence_until': self.choice(DAYS),
            'is_bus_only': self.choice((False, False, True)),
            'has_vehicle': self.choice((False, False, True)),
            'skills': self.skills(),
            'barriers': self.some(BARRIERS, 0, 3),
            'barrier_state': self.choice(('open', 'in_work', 'lifted')),
            'occupations': [(occupation, self.choice(matching.RECOGNITIONS)) for occupation in self.some(range(5), 0, 2)],
            'interests': self.some(range(5), 0, 1),
            'permits': [self.permit() for __ in range(self.choice((0, 0, 1, 2)))],
        }

    def demand(self):
        return {
            'start_date': self.choice((None, -5, 0, 10, 10)),
            'language_level': self.choice((False, *LEVELS[:5])),
            'accepted_language_level': self.choice((False, False, *LEVELS[:3])),
            'driving_licence': self.choice(CLASSES),
            **{name: self.choice((False, False, True)) for name in (*DEMAND_TIMES.values(), 'is_home_office', 'is_hazardous')},
            **self.hours(),
            'kind': self.choice(('1', '4')),
            'wage_exception': self.choice((False, False, 'minor', 'long_term', 'internship')),
            'permit_condition': self.choice((False, 'free', 'wait')),
            'place': self.choice((None, 0, 1)),
            'occupation': self.choice((None, 0, 1, 2, 3, 4)),
            'skills': self.skills(),
            'needs': self.choices(('must', 'nice'), k=5),
            'prerequisites': self.choices((False, False, True), k=5),
            'vetting': self.choice(('checked', 'checked', 'new', 'blocked')),
        }


class TestMatchRule(OutreachCommon):
    # what the examples have to show besides
    KINDS = ('bus', 'learn', 'prerequisite', 'refused', 'condition', 'night', 'hazardous', 'age', 'wage', 'converting', 'foreign')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env['outreach.match'])
        cls.places = cls.bramsche | cls.melle | cls.env.ref(f'{MODULE}.municipality_03459033')
        cls.skills = cls.env['outreach.skill'].create([{'name': f"Test Skill {number}"} for number in range(6)])
        cls.env['outreach.skill.relation'].create(
            [
                {'skill_id': cls.skills[here].id, 'related_id': cls.skills[there].id, 'kind': 'optional'}
                for here, there in ((0, 1), (2, 1), (3, 4))
            ]
        )
        Occupation = cls.env['outreach.occupation']
        group = Occupation.create({'name': "Test Group", 'code': '998'})
        same = Occupation.create(
            [
                {'name': "Test Helper", 'code': '99801', 'parent_id': group.id},
                {'name': "Test Nurse", 'code': '99802', 'parent_id': group.id, 'is_regulated': True},
            ]
        )
        esco = Occupation.create({'name': "Test ESCO", 'code': '2221.99', 'scheme': 'esco', 'uri': 'urn:test', 'parent_id': same[1].id})
        other = Occupation.create({'name': "Test Other", 'code': '99702', 'is_regulated': True})
        cls.occupations = group | same | esco | other
        cls.companies = {
            vetting: cls.env['res.partner'].create(
                {'name': f"Test {vetting}", 'is_company': True, 'outreach_vetting': vetting if vetting != 'blocked' else 'checked'}
            )
            for vetting in ('checked', 'new', 'blocked')
        }

        cls.seen = set()

    def _day(self, days):
        return False if days is None else self.today + timedelta(days=days)

    def _write_person(self, values):
        dates = {
            name: self._day(values[name])
            for name in ('paused_until', 'available_from', 'permission_date', 'permission_until', 'licence_until')
        }
        return {
            **{name: value for name, value in values.items() if name in self.env['outreach.candidate']._fields},
            **dates,
            'municipality_id': False if values['place'] is None else self.places[values['place']].id,
            'skill_ids': [Command.create({'skill_id': self.skills[skill].id, 'level': level}) for skill, level in values['skills']],
            'occupation_ids': [
                Command.create({'occupation_id': self.occupations[number].id, 'recognition': recognition})
                for number, recognition in values['occupations']
            ],
            'interest_ids': [Command.set([self.occupations[number].id for number in values['interests']])],
            'job_permit_ids': [
                Command.create(
                    {
                        'state': permit['state'],
                        'note': "20 hours a week at most" if permit['days'][1] == 30 else False,
                        'partner_id': self.companies['checked'].id if permit['named'][0] else False,
                        'occupation_id': False if permit['named'][1] is None else self.occupations[permit['named'][1]].id,
                        'date_from': self._day(permit['days'][0]),
                        'date_until': self._day(permit['days'][1]),
                    }
                )
                for permit in values['permits']
            ],
            'barrier_ids': [Command.create({'kind': kind, 'state': values['barrier_state']}) for kind in values['barriers']],
        }

    def _write_demand(self, values):
        return {
            **{name: value for name, value in values.items() if name in self.env['outreach.demand']._fields},
            'name': "Test",
            'partner_id': self.companies[values['vetting']].id,
            'start_date': self._day(values['start_date']),
            'municipality_id': False if values['place'] is None else self.places[values['place']].id,
            'occupation_id': False if values['occupation'] is None else self.occupations[values['occupation']].id,
            'skill_ids': [
                Command.create({'skill_id': self.skills[skill].id, 'level': level, 'need': need, 'is_prerequisite': is_prerequisite})
                for (skill, level), need, is_prerequisite in zip(values['skills'], values['needs'], values['prerequisites'], strict=False)
            ],
        }

    def _has_something_in_common(self, demand, person, values):
        """The specification, read once more: a part of a skill, an occupation of the same group, or nothing is asked for."""
        occupations = {self.occupations[number].id for number, __ in values['occupations']} | {
            self.occupations[number].id for number in values['interests']
        }
        if not demand.rule.skills and not demand.occupations:
            return True
        return bool(occupations & set(demand.occupations)) or any(reached.points for reached in matching.reach_skills(demand.rule, person))

    def test_sql_and_python_agree(self):
        for example in range(EXAMPLES):
            draw = Draw(example)
            with self.subTest(example=example), self.env.cr.savepoint() as savepoint:
                self._compare([draw.person() for __ in range(draw.randint(3, 8))], [draw.demand() for __ in range(draw.randint(1, 3))])
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
        self.assertEqual(self.seen, {*matching.FITS, *self.KINDS}, "the examples are of every kind")

    def test_more_musts_than_bits_of_a_number(self):
        """The one must that somebody lacks is found, in whichever of the numbers it is."""
        many = self.env['outreach.skill'].create([{'name': f"Test Must {number}"} for number in range(match_query.BITS + 3)])
        demand = self.create_demand(user=self.user_job, skill_ids=[Command.create({'skill_id': skill.id, 'level': '1'}) for skill in many])
        self.company.outreach_vetting = 'checked'
        people = self.env['outreach.candidate'].create(
            [
                {
                    'permission': 'free',
                    'german_level': '4_b2',
                    'skill_ids': [Command.create({'skill_id': skill.id, 'level': '1'}) for skill in many - lacking],
                }
                for lacking in (many[:0], many[:1], many[match_query.BITS : match_query.BITS + 1])
            ]
        )
        found = self.env['outreach.match'].with_user(self.user_job).search([('demand_id', '=', demand.id)])
        fits = {match.candidate_id: match.gate_skills for match in found}
        self.assertEqual([fits[person] for person in people], ['pass', 'passable', 'passable'])

    def _compare(self, made_people, made_demands):
        Match = self.env['outreach.match'].with_user(self.user_job)
        candidates = self.env['outreach.candidate'].create([self._write_person(values) for values in made_people])
        asked = self.env['outreach.demand'].create([self._write_demand(values) for values in made_demands])
        for values, demand in zip(made_demands, asked, strict=True):
            demand.municipality_id = False if values['place'] is None else self.places[values['place']]
            if values['vetting'] == 'blocked':
                demand.partner_id.outreach_vetting = 'blocked'
        pairs = [match_query.join_id(demand.id, candidate.id) for demand in asked for candidate in candidates]
        applied = Match.browse(pairs)._apply_rule()
        values_of = dict(zip(candidates.ids, made_people, strict=True))
        wanted = {}
        for number, (demand, person, found) in applied.items():
            if self._has_something_in_common(demand, person, values_of[match_query.split_id(number)[1]]):
                wanted[number] = found.fit, found.score, *(gate.answer for gate in found.gates)
        self.assertFalse(
            set(pairs)
            - set(applied)
            - {match_query.join_id(demand.id, candidate.id) for demand in asked for candidate in candidates if candidate.status == 'placed'}
        )
        self.seen.update(found[0] for found in wanted.values())
        self.seen.update(gate.reason for *__, found in applied.values() for gate in found.gates if gate.reason in self.KINDS)
        names = ['fit', 'score', *(f'gate_{gate}' for gate in matching.GATES)]
        questions = {
            'all demands at once': [[('demand_id', 'in', asked.ids), ('candidate_id', 'in', candidates.ids)]],
            'demand by demand': [[('demand_id', '=', demand.id)] for demand in asked],
            'candidate by candidate': [[('candidate_id', '=', candidate.id), ('demand_id', 'in', asked.ids)] for candidate in candidates],
            'row by row': [[('id', 'in', pairs)]],
        }
        for name, domains in questions.items():
            found = {}
            for domain in domains:
                Match.env.invalidate_all()
                rows = Match.search_fetch(domain, names)
                order = [(matching.FITS.index(row.fit), -row.score) for row in rows]
                self.assertEqual(order, sorted(order), name)
                found |= {row.id: tuple(row[fname] for fname in names) for row in rows if match_query.split_id(row.id)[1] in candidates.ids}
            self.assertEqual(found, wanted, name)
