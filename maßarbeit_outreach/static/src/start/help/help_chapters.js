import { _t } from "@web/core/l10n/translation";

/**
 * The help: short chapters, one for each kind of page. They say what a page is for and what is easily missed; the user guide has the
 * rest. Nothing of it leads out of the house.
 */
export const CHAPTERS = {
    today: {
        title: _t("The Start Page"),
        text: [
            _t("Here stands what you have to see to, in the order in which it presses: appointments, reports that are missing, promises, referrals, requests."),
            _t("The title of a line opens the record. A number opens its list: exactly what it counts."),
            _t("A button does the one next step in a window over the page. What is settled folds; “Take back” undoes it."),
            _t("Ctrl+K finds companies, demands and visits from any page; “!” in front finds these alone."),
            _t("The page is read anew whenever you come back to it."),
        ],
    },
    companies: {
        title: _t("Companies"),
        text: [
            _t("The list has the companies of employer outreach; a company opens on a page of its own with what all agencies do there."),
            _t("Plan a visit, log a demand and log a contact stand in its bar, everything else under “More”; on a phone at the bottom."),
            _t("Search in any order of words, with or without legal form; register entry, Betriebsnummer and e-mail address work as well."),
            _t("Under cooperation stand the wishes of the company and its consents. A refusal counts when somebody plans a contact of that kind."),
            _t("Sites have an address, a Betriebsnummer and a municipality of their own; visits and demands name the site."),
            _t("Nothing is merged silently: possible duplicates are pointed out, and you decide."),
        ],
    },
    due: {
        title: _t("Companies That Are Due"),
        text: [
            _t("The list says which companies are due for a contact, the most urgent first, and why."),
            _t("Reasons are an early warning, a demand without contact, a joint visit that is overdue, and that nobody was ever there."),
            _t("Companies with a planned contact, or that asked to be left alone, are left out at first; remove a filter to see them."),
            _t("“Plan” in a row opens a visit with the company and you filled in. Tick several rows to plan them in one go."),
            _t("“Put Aside” takes a company out for a while, with a reason that colleagues can read; it comes back by itself."),
        ],
    },
    visits: {
        title: _t("Visits"),
        text: [
            _t("A visit stands in the calendars of its whole team. There is one time only: move it here or there."),
            _t("As soon as the job centre and economic development are both in the team, the visit is a joint visit."),
            _t("While you plan, the form says who else is in touch with the company: who, when and in what way, never about what."),
            _t("Where agreement is needed, go along, pass the topic on, or give a reason; the reason is kept and can be read."),
            _t("The preparation sheet is one page and internal. The report is a short questionnaire, filled in from the last visit."),
            _t("Who may know what the company told is set on the visit under “Who May Know”."),
        ],
    },
    trips: {
        title: _t("Visit Days"),
        text: [
            _t("A visit day is a trip to several companies, one after the other, with the way between them."),
            _t("“Suggest Order” finds the shortest round trip and sets the times; confirmed visits keep theirs."),
            _t("Kilometres and minutes are estimates between the centres of municipalities."),
            _t("The day sheet has the way, times, addresses, contact persons, open demands and promises of each stop."),
            _t("A visit that was moved to another day is named; take it off this day here."),
        ],
    },
    follow_up: {
        title: _t("Promises, Referrals and Early Warnings"),
        text: [
            _t("A promise says who promised what until when, we or the company. It is a to-do of its person until it is settled."),
            _t("“Settle” asks whether the promise was kept and what came of it."),
            _t("A referral passes a topic on to a partner agency. That agency sees the company, the subject and the topics, nothing else."),
            _t("The agency accepts or declines; without an answer the referral expires and comes back to the sender."),
            _t("An early warning notes a closure, layoffs, an expansion or a succession, and brings the company up among those that are due."),
        ],
    },
    demands: {
        title: _t("Demands"),
        text: [
            _t("A demand needs one line: whom the employer is looking for, in the employer's own words, and how many."),
            _t("Type as the employer speaks and tap one of the suggested occupations; none fits, leave it for later."),
            _t("Demands that are there already are pointed out: raise their number instead of entering them twice."),
            _t("What the employer would accept, such as German A2 with a course, widens who comes into question."),
            _t("“Mark as Checked” says that an officer has looked at it. Pay below the minimum wage and words that shut people out are asked about before."),
            _t("A demand that comes back can be repeated next year or open again by itself."),
        ],
    },
    bundles: {
        title: _t("Bundled Demands and Joint Measures"),
        text: [
            _t("Each line is an occupational group in one place: how many companies look for such people, for how many positions."),
            _t("It also says how many of them are interested in a shared course. A company counts once per line, so lines are not added up."),
            _t("“Start Joint Measure” makes a measure of a line, with its companies and demands."),
            _t("A measure begins as an idea, is planned, begun and completed, each with its own button."),
        ],
    },
    people: {
        title: _t("Jobseekers"),
        text: [
            _t("A person is kept under a pseudonym: no name, no address, no date of birth. Please leave names out of notes, too."),
            _t("The job centre sees all, the migration centre those whom it advises; each reading is written down."),
            _t("Access to the labour market, working time, languages and skills decide what fits; what is not known excludes nobody."),
            _t("A barrier says what keeps somebody from work, who lifts it until when, and with which instrument."),
            _t("A request to the immigration office shows the office the request and not the person."),
            _t("Persons are exported with a reason only, which you give first."),
        ],
    },
    pools: {
        title: _t("Candidate Pools"),
        text: [
            _t("A pool keeps people in view for certain work. Nobody is copied into it: who is in it is looked up each time."),
            _t("Its rule names occupations, area, German and working time; all conditions have to be met."),
            _t("People can be added to it or taken out of it by hand."),
            _t("Offices that may not see persons read a published figure, in tens; small figures are not shown."),
            _t("A pool is reviewed twice a year, so that none is forgotten."),
        ],
    },
    matches: {
        title: _t("Matches"),
        text: [
            _t("A match says whether a person fits a demand, fits on conditions, or does not fit, and why."),
            _t("The rule is open to everybody and has no learned weights. It orders; a person decides."),
            _t("“What has to happen” names the open barriers, who lifts them and until when."),
            _t("“Select” puts somebody on the shortlist of a demand. Nothing is sent by that."),
            _t("A job start is recorded on the demand and followed until the person has settled in."),
        ],
    },
    figures: {
        title: _t("Figures about Jobseekers"),
        text: [
            _t("Who may not see persons asks for figures: how many available people there are for the open positions."),
            _t("Figures are published once a day, in tens. Where there are too few people, nothing is shown."),
            _t("Each breakdown that you open is one question; the same one again on the same day is free."),
            _t("This keeps anybody from working out single persons by asking and subtracting."),
        ],
    },
    fairs: {
        title: _t("Job Fairs"),
        text: [
            _t("A fair has stands, and a stand belongs to a company; choose the demands that are shown there."),
            _t("A stand is requested, confirmed or on the waiting list. A place that becomes free goes to the next one."),
            _t("“Invite Companies” lists those that have neither a stand nor an invitation, and leaves out who does not want mail."),
            _t("On the day of the fair, helpers note at each stand who came; afterwards officers put right what is wrong."),
        ],
    },
    reports: {
        title: _t("Pipeline and Reports"),
        text: [
            _t("The pipeline shows how far the offices got with each company; visits and demands move it forward by themselves, never back."),
            _t("Filter and group by municipality, industry, agency, officer and joint visits, then save the search under favourites."),
            _t("Visits count once their report is written. The county map shows visits, joint share, demands and who is due."),
            _t("Exceptions from coordination are listed with their reasons."),
            _t("Figures by name of staff are shown only where the organisation has switched them on."),
        ],
    },
    requests: {
        title: _t("Requests to the Immigration Office"),
        text: [
            _t("A request asks whether a person may work, in general or in one job. The office finds the person by the number of its own file."),
            _t("“Answer” sends the decision with conditions and validity. What is granted or refused for one job says nothing of others."),
            _t("Requests are answered until their date; afterwards they expire and go back to the sender."),
            _t("The office reads a request while it is open and for 90 days after its answer."),
        ],
    },
    imports: {
        title: _t("Imports and Catalogues"),
        text: [
            _t("Choose a file and press “Preview”: it says what would be new, changed or rejected, line by line. Nothing is written yet."),
            _t("Columns are found by their headings, in any order, German or English. Empty cells change nothing."),
            _t("Rejected rows can be downloaded, corrected and imported again; all others go in."),
            _t("You may leave the page while an import runs. Importing the same file again changes nothing."),
            _t("Catalogues are imported from their publishers; what drops out is archived, and open demands that it concerns are named."),
        ],
    },
    settings: {
        title: _t("Configuration"),
        text: [
            _t("First Steps lists what is set up and what is missing, with a button for each."),
            _t("The privacy check says what Odoo sends out or leaves open, and sets it strictly by one press."),
            _t("Agencies say who acts for whom: the job centre and economic development together make a visit a joint one."),
            _t("Kinds of contact have questionnaires of their own and say how close they may be to contacts of others."),
            _t("System Health says whether scheduled work is done, and what to do if it is not."),
            _t("Who has had which role since when, and who read what about a person, is written down and read by data protection."),
        ],
    },
};

const PATHS = {
    "outreach-due-left-out": "due",
    "outreach-visit-analysis": "reports",
    "outreach-demand-analysis": "reports",
    "outreach-demand-bundles": "reports",
    "outreach-county-map": "reports",
    "outreach-requests-to-answer": "requests",
    "outreach-fairs": "fairs",
    "outreach-supply": "reports",
    heute: "today",
    "outreach-first-steps": "settings",
    "outreach-settings": "settings",
};

/** A chapter has the models that begin so; the longest beginning counts. */
const MODELS = {
    "crm.lead": "reports",
    "event.booth": "fairs",
    "event.event": "fairs",
    "res.partner": "companies",
    outreach: "settings",
    "outreach.barrier": "people",
    "outreach.candidate": "people",
    "outreach.candidate.import": "imports",
    "outreach.catalogue": "imports",
    "outreach.company.import": "imports",
    "outreach.contact.decision": "reports",
    "outreach.demand": "demands",
    "outreach.demand.bundle": "bundles",
    "outreach.due": "due",
    "outreach.early.warning": "follow_up",
    "outreach.esco": "imports",
    "outreach.everyday": "imports",
    "outreach.figure": "figures",
    "outreach.figure.policy": "settings",
    "outreach.holding": "companies",
    "outreach.industry": "imports",
    "outreach.isco": "imports",
    "outreach.label": "imports",
    "outreach.match": "matches",
    "outreach.measure": "bundles",
    "outreach.municipality": "settings",
    "outreach.municipality.import": "imports",
    "outreach.occupation": "imports",
    "outreach.permit.request": "people",
    "outreach.placement": "matches",
    "outreach.pool": "pools",
    "outreach.promise": "follow_up",
    "outreach.proposal": "matches",
    "outreach.referral": "follow_up",
    "outreach.skill": "imports",
    "outreach.supply": "reports",
    "outreach.visit": "visits",
    "outreach.visit.day": "trips",
    "outreach.visit.kind": "settings",
};

const TAGS = { outreach_today: "today", outreach_setup: "settings", outreach_county_map: "reports" };

/**
 * The chapter of a page, or undefined. `isOwn` says whether the page is surely one of employer outreach: contacts, leads and events are
 * shown by other applications as well.
 *
 * @param {{ path?: string, tag?: string, res_model?: string }} action
 * @returns {{ key: string, isOwn: boolean } | undefined}
 */
export function findChapter(action = {}) {
    const model = action.res_model || "";
    const beginning = Object.keys(MODELS)
        .filter((name) => model === name || model.startsWith(`${name}.`))
        .sort((one, other) => other.length - one.length)[0];
    const key = PATHS[action.path] || TAGS[action.tag] || MODELS[beginning];
    const isOwn = model.startsWith("outreach.") || action.tag in TAGS || /^(heute|outreach-)/.test(action.path || "");
    return key && { key, isOwn };
}
