/**
 * The sample town "Stadt Lindenbach": who works there, and in which groups they talk.
 * Pure data; every name is made up. The first person plays IT and invites the others.
 */
import type { PersonDetails } from '#shared/contract/directory.ts';

/** Key of a colleague inside the demo: surname in ASCII. */
export type Key = string;

export interface Colleague extends PersonDetails {
	key: Key;
}

const colleague = (
	department: string,
	key: Key,
	displayName: string,
	functionTitle: string,
	phone = ''
): Colleague => ({ key, displayName, department, functionTitle, phone, email: '' });

export const colleagues: Colleague[] = [
	colleague('Rathaus', 'voigt', 'Jana Voigt', 'Leitung IT', '06284 310-110'),
	colleague('Rathaus', 'brandt', 'Thomas Brandt', 'Bürgermeister', '06284 310-100'),
	colleague('Rathaus', 'keller', 'Sabine Keller', 'Vorzimmer', '06284 310-101'),
	colleague('Rathaus', 'yilmaz', 'Deniz Yılmaz', 'IT', '06284 310-112'),
	colleague('Rathaus', 'hartmann', 'Petra Hartmann', 'Hauptamt', '06284 310-120'),
	colleague('Rathaus', 'seidel', 'Markus Seidel', 'Kämmerei', '06284 310-130'),
	colleague('Rathaus', 'nowak', 'Agnieszka Nowak', 'Bürgerbüro', '06284 310-141'),
	colleague('Rathaus', 'lorenz', 'Nadine Lorenz', 'Bürgerbüro', '06284 310-142'),
	colleague('Rathaus', 'pfeiffer', 'Uwe Pfeiffer', 'Hausmeister', '0171 5550110'),

	colleague('Bauhof', 'kraus', 'Bernd Kraus', 'Leitung Bauhof', '0171 5550201'),
	colleague('Bauhof', 'arslan', 'Murat Arslan', 'Straßenunterhalt', '0171 5550202'),
	colleague('Bauhof', 'engel', 'Stefan Engel', 'Winterdienst', '0171 5550203'),
	colleague('Bauhof', 'dietz', 'Rolf Dietz', 'Werkstatt', '0171 5550204'),
	colleague('Bauhof', 'popa', 'Ionuț Popa', 'Straßenunterhalt', '0171 5550205'),
	colleague('Bauhof', 'wirth', 'Kevin Wirth', 'Auszubildender', '0171 5550206'),

	colleague('Feuerwehr', 'ziegler', 'Andreas Ziegler', 'Stadtbrandmeister', '0171 5550301'),
	colleague('Feuerwehr', 'baumann', 'Katrin Baumann', 'Zugführerin', '0171 5550302'),
	colleague('Feuerwehr', 'reuter', 'Jens Reuter', 'Gerätewart', '0171 5550303'),
	colleague('Feuerwehr', 'schuster', 'Lena Schuster', 'Atemschutz', '0171 5550304'),
	colleague('Feuerwehr', 'haas', 'Florian Haas', 'Maschinist', '0171 5550305'),

	colleague('Stadtgärtnerei', 'winter', 'Heike Winter', 'Leitung Stadtgärtnerei', '0171 5550401'),
	colleague('Stadtgärtnerei', 'boehm', 'Gerd Böhm', 'Baumkontrolle', '0171 5550402'),
	colleague('Stadtgärtnerei', 'santos', 'Rita Santos', 'Grünpflege', '0171 5550403'),
	colleague('Stadtgärtnerei', 'jung', 'Tobias Jung', 'Friedhof', '0171 5550404'),

	colleague('Volkshochschule', 'albrecht', 'Claudia Albrecht', 'Leitung VHS', '06284 310-510'),
	colleague('Volkshochschule', 'ferrari', 'Marco Ferrari', 'Kursplanung', '06284 310-511'),
	colleague('Volkshochschule', 'simon', 'Birgit Simon', 'Anmeldung', '06284 310-512'),
	colleague('Volkshochschule', 'okafor', 'Grace Okafor', 'Integrationskurse', '06284 310-513'),

	colleague('Jugendhaus', 'maurer', 'Daniel Maurer', 'Leitung Jugendhaus', '06284 310-610'),
	colleague('Jugendhaus', 'kaya', 'Elif Kaya', 'Sozialarbeit', '0171 5550602'),
	colleague('Jugendhaus', 'berger', 'Nils Berger', 'Jugendarbeit', '0171 5550603'),
	colleague('Jugendhaus', 'roth', 'Paula Roth', 'FSJ', '0171 5550604'),

	colleague('Touristeninformation', 'graf', 'Monika Graf', 'Leitung Tourismus', '06284 310-710'),
	colleague('Touristeninformation', 'ludwig', 'Sina Ludwig', 'Gästeberatung', '06284 310-711'),
	colleague('Touristeninformation', 'martin', 'Paul Martin', 'Stadtführungen', '0171 5550703'),

	colleague('Hallenbad', 'schreiber', 'Ralf Schreiber', 'Leitung Hallenbad', '06284 310-810'),
	colleague('Hallenbad', 'vogel', 'Tanja Vogel', 'Badeaufsicht', '0171 5550802'),
	colleague('Hallenbad', 'sommer', 'Jonas Sommer', 'Badeaufsicht', '0171 5550803'),
	colleague('Hallenbad', 'ivanova', 'Olga Ivanova', 'Kasse', '06284 310-812'),
	colleague('Hallenbad', 'krueger', 'Dieter Krüger', 'Badetechnik', '0171 5550805')
];

export interface TownGroup {
	key: string;
	title: string;
	/** The first one makes the group. */
	people: Key[];
	/** Departments whose newcomers are added. */
	welcomes: string[];
}

const of = (department: string): Key[] =>
	colleagues.filter((c) => c.department === department).map((c) => c.key);

const departments = [...new Set(colleagues.map((c) => c.department))];

export const groups: TownGroup[] = [
	{
		key: 'alle',
		title: 'Lindenbach aktuell',
		people: colleagues.map((c) => c.key),
		welcomes: departments
	},
	{ key: 'rathaus', title: 'Rathaus', people: of('Rathaus'), welcomes: ['Rathaus'] },
	{ key: 'bauhof', title: 'Bauhof', people: of('Bauhof'), welcomes: ['Bauhof'] },
	{ key: 'feuerwehr', title: 'Feuerwehr Lindenbach', people: of('Feuerwehr'), welcomes: [] },
	{
		key: 'gruen',
		title: 'Grün & Straße',
		people: [...of('Stadtgärtnerei'), 'kraus', 'arslan', 'popa'],
		welcomes: ['Bauhof', 'Stadtgärtnerei']
	},
	{ key: 'vhs', title: 'VHS-Team', people: [...of('Volkshochschule'), 'pfeiffer'], welcomes: [] },
	{ key: 'jugend', title: 'Jugendhaus', people: of('Jugendhaus'), welcomes: [] },
	{ key: 'bad', title: 'Hallenbad Schichten', people: of('Hallenbad'), welcomes: [] },
	{
		key: 'lindenfest',
		title: 'Lindenfest 2027',
		people: [
			'graf',
			'ludwig',
			'martin',
			'kraus',
			'ziegler',
			'baumann',
			'winter',
			'maurer',
			'keller',
			'hartmann'
		],
		welcomes: ['Rathaus', 'Touristeninformation']
	},
	{
		key: 'winterdienst',
		title: 'Winterdienst',
		people: ['kraus', 'engel', 'arslan', 'popa', 'dietz', 'wirth', 'pfeiffer', 'jung'],
		welcomes: ['Bauhof']
	}
];
