/**
 * What the colleagues of the sample town say: scenes in groups and between two, and answers to whatever a
 * visitor writes to one of them. Pure data and pure functions; slots in braces are filled by chance.
 */
import type { Key } from './town.ts';

/** Lines in the order in which they are spoken, each as [who, text]. */
export interface Scene {
	/** A group's key, or null for a direct chat between the first two speakers. */
	group: string | null;
	lines: [Key, string][];
}

const slots: Record<string, string[]> = {
	street: [
		'Mühlgasse',
		'Bahnhofstraße',
		'Am Anger',
		'Kirchstraße',
		'Lindenallee',
		'Schulstraße',
		'Bachweg'
	],
	time: ['8:30', '9:15', '10 Uhr', '11:30', '13 Uhr', '14:30', '15 Uhr', '16:15'],
	day: ['morgen', 'am Mittwoch', 'am Donnerstag', 'am Freitag', 'nächsten Montag'],
	room: ['Sitzungssaal', 'Trauzimmer', 'Raum 104', 'Raum 2.07', 'kleiner Saal'],
	number: ['4', '7', '12', '15', '18', '23'],
	degrees: ['−2', '−4', '1', '0', '−1']
};

export const scenes: Scene[] = [
	{
		group: 'alle',
		lines: [
			[
				'keller',
				'Guten Morgen zusammen! Der Aufzug im Rathaus steht bis etwa {time}, die Wartung ist im Haus. Bitte die Treppe am Westflügel nehmen.'
			],
			['lorenz', 'Danke, wir sagen es den Leuten unten am Empfang.'],
			['nowak', 'Rollstuhl und Kinderwagen schicken wir zum Seiteneingang, Uwe macht auf 👍'],
			['pfeiffer', 'Jo, bin da.']
		]
	},
	{
		group: 'alle',
		lines: [
			[
				'brandt',
				'Liebe Kolleginnen und Kollegen, der Haushalt ist gestern Abend durch – einstimmig. Vielen Dank an alle, die bis zuletzt mitgerechnet haben.'
			],
			['seidel', 'Danke. Die Kämmerei geht jetzt erst mal Kaffee trinken ☕'],
			['hartmann', 'Habt ihr euch verdient!'],
			['winter', 'Und die Stadtgärtnerei bekommt den neuen Häcksler? 😊'],
			['seidel', 'Steht drin, Heike.'],
			['winter', '🎉']
		]
	},
	{
		group: 'alle',
		lines: [
			[
				'voigt',
				'Kurz von der IT: Heute ab 18 Uhr spielen wir Updates auf die Dateiserver. Bitte vorher speichern und abmelden. Der Dienstweg läuft weiter.'
			],
			['albrecht', 'Betrifft das auch die Schulungsrechner in der VHS?'],
			['voigt', 'Nein, die sind erst {day} dran.'],
			['albrecht', 'Prima, dann klappt der Abendkurs.']
		]
	},
	{
		group: 'alle',
		lines: [
			[
				'graf',
				'Falls jemand gefragt wird: Die Weihnachtsmarkt-Hütten werden {day} aufgebaut, der Marktplatz ist dann ab {time} für Autos zu.'
			],
			['kraus', 'Absperrung stellen wir eine Stunde vorher.'],
			['ziegler', 'Rettungsweg an der Apotheke bitte frei lassen, 3,50 m.'],
			['graf', 'Ist eingeplant, danke!']
		]
	},
	{
		group: 'rathaus',
		lines: [
			['hartmann', '{room} ist {day} ab {time} doppelt belegt. Wer kann ausweichen?'],
			['seidel', 'Wir gehen ins Besprechungszimmer der Kämmerei, kein Problem.'],
			['hartmann', 'Du rettest mir den Tag 🙏']
		]
	},
	{
		group: 'rathaus',
		lines: [
			[
				'nowak',
				'Der Drucker im Bürgerbüro zieht wieder Papier schief ein. Ausweise gehen, Meldebescheinigungen nicht.'
			],
			['yilmaz', 'Ich komme in einer Viertelstunde runter.'],
			['nowak', 'Super. Kuchen steht übrigens auf dem Tresen.'],
			['yilmaz', 'Dann in fünf Minuten 😄']
		]
	},
	{
		group: 'rathaus',
		lines: [
			[
				'keller',
				'Herr Brandt ist {day} ab {time} beim Landrat. Unterschriftenmappen bitte vorher.'
			],
			['seidel', 'Lege drei Stück hin.'],
			['hartmann', 'Von mir kommt noch die Stellenausschreibung.'],
			['keller', 'Passt, bis 11 Uhr reicht.']
		]
	},
	{
		group: 'rathaus',
		lines: [
			['lorenz', 'Hat jemand ein Ladekabel USB-C? Meins ist weg.'],
			['yilmaz', 'Liegt bei mir am Platz, kannst du haben.'],
			['lorenz', 'Danke!!']
		]
	},
	{
		group: 'rathaus',
		lines: [
			['pfeiffer', 'Heizung im zweiten Stock läuft wieder. Pumpe war es.'],
			['hartmann', 'Endlich. Wir sitzen hier mit Schal 🧣'],
			['pfeiffer', 'Halbe Stunde, dann wird es warm.']
		]
	},
	{
		group: 'bauhof',
		lines: [
			['arslan', 'Schlagloch {street} Ecke Schulweg ist zu. Kaltasphalt, hält bis zum Frühjahr.'],
			['kraus', 'Gut. Danach bitte {street}, da hat sich einer am Gehweg beschwert.'],
			['arslan', 'Fahren gleich hin.'],
			['popa', 'Wir haben noch 4 Eimer drauf, reicht.']
		]
	},
	{
		group: 'bauhof',
		lines: [
			['dietz', 'Der Unimog hat TÜV {day}. Wer ihn braucht: vorher sagen.'],
			[
				'engel',
				'Ich brauche ihn erst, wenn es kalt wird. Aktuell {degrees} Grad gemeldet für die Nacht 😬'
			],
			['dietz', 'Dann mache ich die Streuung gleich mit.'],
			['engel', 'Perfekt.']
		]
	},
	{
		group: 'bauhof',
		lines: [
			['wirth', 'Wo steht der Rüttler? In Halle 2 ist er nicht.'],
			['dietz', 'Bei mir, neuer Riemen. In 20 Minuten fertig.'],
			['wirth', 'Okay, dann lade ich schon mal die Platten.'],
			['kraus', 'So gefällt mir das 👍']
		]
	},
	{
		group: 'bauhof',
		lines: [
			['popa', 'Am Anger liegt ein Ast auf dem Radweg. Nicht groß, haben wir mitgenommen.'],
			['kraus', 'Danke. Ich gebe Gerd Bescheid, der schaut sich den Baum an.']
		]
	},
	{
		group: 'winterdienst',
		lines: [
			[
				'engel',
				'Lage für heute Nacht: {degrees} Grad, ab 3 Uhr Reifglätte möglich. Erste Runde 4:15.'
			],
			['arslan', 'Bin dabei. Route Nord wie immer?'],
			['engel', 'Ja, du Nord, Ionuț Süd, ich mache die Brücken.'],
			['popa', 'Alles klar. Salz ist voll.'],
			['jung', 'Friedhofswege streue ich ab 6:30 selbst.'],
			['engel', 'Danke Tobias 👌']
		]
	},
	{
		group: 'winterdienst',
		lines: [
			['pfeiffer', 'Schulhof und Rathaustreppe sind gestreut.'],
			['engel', 'Klasse. Bachbrücke auch fertig, war spiegelglatt.'],
			['kraus', 'Fahrt vorsichtig, Leute.']
		]
	},
	{
		group: 'feuerwehr',
		lines: [
			[
				'baumann',
				'Übung {day} um 19 Uhr: Türöffnung und Innenangriff im Abbruchhaus {street}. Wer kommt?'
			],
			['haas', 'Dabei.'],
			['schuster', 'Ich auch, bringe zwei Flaschen extra mit.'],
			['reuter', 'Komme etwas später, Dienst bis 18:30.'],
			['ziegler', 'Ich schaue zu und esse die Brezeln 🥨']
		]
	},
	{
		group: 'feuerwehr',
		lines: [
			['reuter', 'LF 10 ist wieder da, neue Reifen drauf. Schlauchprüfung mache ich {day}.'],
			['ziegler', 'Danke Jens. Bitte auch das Stromaggregat laufen lassen.'],
			['reuter', 'Steht schon auf dem Zettel.']
		]
	},
	{
		group: 'feuerwehr',
		lines: [
			['schuster', 'Zwei Masken gehen zur Prüfung, Ersatz liegt im Regal links.'],
			['baumann', '👍'],
			['haas', 'Gesehen, danke.']
		]
	},
	{
		group: 'gruen',
		lines: [
			[
				'boehm',
				'Linde vor Hausnummer {number} in der {street}: Pilz am Stammfuß. Die Krone muss zurück, sonst wird das nichts mehr.'
			],
			['winter', 'Wie eilig?'],
			['boehm', 'Diese Woche wäre gut. Ich brauche den Steiger und eine halbe Sperrung.'],
			['kraus', 'Steiger ist {day} frei, Murat stellt die Schilder.'],
			['arslan', 'Passt, ab {time}.'],
			['winter', 'Danke euch. Ich informiere die Anwohner.']
		]
	},
	{
		group: 'gruen',
		lines: [
			['santos', 'Kübel am Marktplatz sind winterfest. Zwei sind gerissen, habe Fotos.'],
			['winter', 'Schick sie mir bitte, ich bestelle nach.'],
			['santos', 'Mache ich in der Pause.']
		]
	},
	{
		group: 'gruen',
		lines: [
			['jung', 'Am Friedhof läuft der Wasserhahn bei Feld C nach. Habe ihn abgedreht.'],
			['popa', 'Ich bringe {day} eine Dichtung mit.'],
			['jung', 'Danke, Ionuț!']
		]
	},
	{
		group: 'vhs',
		lines: [
			['simon', 'Der Kurs „Smartphone für Einsteiger“ ist voll, {number} auf der Warteliste.'],
			['ferrari', 'Dann mache ich einen zweiten auf. {day} um {time}?'],
			['albrecht', 'Ja bitte. Raum 3 ist frei.'],
			['simon', 'Ich rufe die Leute gleich an 😊']
		]
	},
	{
		group: 'vhs',
		lines: [
			[
				'okafor',
				'Im Integrationskurs fehlt heute die Hälfte, die Bahn steht. Wir fangen später an.'
			],
			['albrecht', 'Alles gut. Braucht ihr den Raum länger?'],
			['okafor', 'Bis 13 Uhr wäre toll.'],
			['pfeiffer', 'Ich schließe danach ab.']
		]
	},
	{
		group: 'jugend',
		lines: [
			['kaya', 'Die Jungs vom Skatepark fragen, ob wir am Samstag länger offen haben. Kino-Abend?'],
			['berger', 'Ich könnte bis 22 Uhr.'],
			['maurer', 'Wenn Paula auch da ist: gerne.'],
			['roth', 'Bin da! Popcorn übernehme ich 🍿']
		]
	},
	{
		group: 'jugend',
		lines: [
			['roth', 'Der Kicker klemmt wieder. Hat jemand das Öl?'],
			['berger', 'Schrank links oben.'],
			['roth', 'Gefunden, danke.']
		]
	},
	{
		group: 'jugend',
		lines: [
			['maurer', 'Morgen kommt die 7b zum Projekttag, {number} Kinder. Bitte um 8 Uhr da sein.'],
			['kaya', 'Ja.'],
			['berger', 'Bin um 7:45 da und mache Kaffee.']
		]
	},
	{
		group: 'bad',
		lines: [
			['vogel', 'Kann jemand meine Frühschicht {day} übernehmen? Kind ist krank.'],
			['sommer', 'Ich mache sie. Nimmst du dafür meinen Samstag?'],
			['vogel', 'Sehr gern, danke dir!!'],
			['schreiber', 'Eingetragen. Gute Besserung an die Kleine.']
		]
	},
	{
		group: 'bad',
		lines: [
			['krueger', 'Chlorwert im Lehrbecken war kurz zu niedrig, habe nachgeregelt. Jetzt 0,5.'],
			['schreiber', 'Danke. Bitte ins Betriebstagebuch.'],
			['krueger', 'Steht drin.']
		]
	},
	{
		group: 'bad',
		lines: [
			['ivanova', 'Zwei Schulklassen stehen schon vor der Tür, die sind zu früh.'],
			['sommer', 'Lass sie in die Umkleide, Becken ab {time}.'],
			['ivanova', 'Okay 👍']
		]
	},
	{
		group: 'lindenfest',
		lines: [
			['graf', 'Die Band für Samstagabend hat zugesagt! 🎶'],
			['keller', 'Wunderbar. Wer kümmert sich um das Grußwort?'],
			['hartmann', 'Ich schreibe einen Entwurf bis {day}.'],
			['martin', 'Ich biete zwei Führungen an, 14 und 16 Uhr.'],
			['ludwig', 'Plakate sind in der Druckerei.']
		]
	},
	{
		group: 'lindenfest',
		lines: [
			[
				'ziegler',
				'Für die Brandsicherheitswache brauchen wir {number} Leute. Katrin stellt den Plan auf.'
			],
			['baumann', 'Mach ich. Entwurf kommt {day}.'],
			['kraus', 'Strom und Wasser legen wir am Donnerstag vorher.'],
			['winter', 'Und wir stellen die Kübel um, damit der Rettungsweg frei ist.']
		]
	},
	{
		group: null,
		lines: [
			['kraus', 'Heike, kannst du mir {day} den Steiger noch mal leihen?'],
			['winter', 'Klar. Schlüssel hängt bei Gerd.'],
			['kraus', 'Danke, hast was gut.']
		]
	},
	{
		group: null,
		lines: [
			['keller', 'Markus, Herr Brandt fragt nach den Zahlen zum Hallenbad.'],
			['seidel', 'Sind fast fertig. Reicht {time}?'],
			['keller', 'Ja, das reicht.'],
			['seidel', 'Liegen im Ordner.']
		]
	},
	{
		group: null,
		lines: [
			['graf', 'Paul, die Gruppe aus Heilbronn kommt mit {number} Personen mehr.'],
			['martin', 'Kein Problem, ich nehme das Headset mit.']
		]
	},
	{
		group: null,
		lines: [
			['yilmaz', 'Ralf, die Kasse im Bad bekommt {day} ein neues Kartengerät. Passt dir {time}?'],
			['schreiber', 'Ja, da ist es ruhig. Olga ist auch da.'],
			['yilmaz', 'Prima, bis dann.']
		]
	},
	{
		group: null,
		lines: [
			['kaya', 'Grace, hast du noch Plätze im Deutschkurs? Ich hätte einen 17-Jährigen.'],
			['okafor', 'Ja, zwei. Er soll {day} um {time} vorbeikommen.'],
			['kaya', 'Danke, ich bringe ihn mit 🙂']
		]
	},
	{
		group: null,
		lines: [
			[
				'baumann',
				'Bernd, die Hydranten in der {street} sind zugeparkt. Könnt ihr Schilder stellen?'
			],
			['kraus', 'Machen wir noch heute.'],
			['baumann', 'Top 👍']
		]
	}
];

/** Fills the slots of a line; `pick` returns a number in [0, 1). */
export function fill(text: string, pick: () => number): string {
	return text.replace(/\{(\w+)\}/g, (whole, slot: string) => {
		const values = slots[slot];
		return values?.[Math.floor(pick() * values.length)] ?? whole;
	});
}

/** First match wins; each asks for one of its answers. */
const answers: [RegExp, string[]][] = [
	[
		/\b(danke|dank dir|vielen dank|merci)\b/i,
		['Gerne!', 'Kein Problem 🙂', 'Dafür sind wir da.', '👍']
	],
	[
		/\b(hallo|hi|hey|moin|servus|guten (morgen|tag|abend)|grüß)/i,
		['Hallo! Was kann ich für Sie tun?', 'Guten Tag! Schön, dass Sie da sind.', 'Moin 🙂']
	],
	[
		/\b(wann|uhrzeit|wie lange|bis wann)\b.*\?/i,
		[
			'Ich denke, gegen {time}.',
			'{day} um {time} würde passen.',
			'Ich kläre das und melde mich bis {time}.'
		]
	],
	[
		/\b(wo|wohin|welche straße|adresse)\b.*\?/i,
		['In der {street}, gleich vorne links.', 'Im Rathaus, {room}.', 'Bei uns auf dem Hof.']
	],
	[
		/\b(wer|ansprechpartner|zuständig)\b.*\?/i,
		[
			'Am besten fragen Sie Sabine Keller, die weiß alles.',
			'Das mache ich selbst.',
			'Da müsste ich kurz nachsehen.'
		]
	],
	[
		/\b(foto|bild|datei|anhang)\b/i,
		['Fotos kommen mit einer späteren Version, sagt die IT. Beschreiben Sie es mir kurz?']
	],
	[
		/\b(dringend|sofort|notfall|schnell)\b/i,
		[
			'Verstanden, ich fahre gleich los.',
			'Bin in zehn Minuten da.',
			'Ich kümmere mich sofort darum.'
		]
	],
	[/\b(test|probe)/i, ['Kommt an 👍', 'Test erfolgreich 🙂']],
	[
		/\?\s*$/,
		[
			'Gute Frage. Ich frage kurz nach.',
			'Ja, das geht.',
			'Heute eher nicht, {day} schon.',
			'Muss ich nachsehen, einen Moment.'
		]
	],
	[/^[\p{Extended_Pictographic}\s‍️]+$/u, ['😄', '👍', '🙂']]
];
const otherwise = [
	'Alles klar.',
	'Verstanden, danke für die Nachricht.',
	'Gut zu wissen!',
	'Mache ich.',
	'Okay 👍',
	'Ich gebe es weiter.'
];

/** What a colleague answers to a visitor's text. */
export function answerTo(text: string, pick: () => number): string {
	const choices = answers.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise;
	return fill(choices[Math.floor(pick() * choices.length)] ?? '👍', pick);
}

/** First words to somebody who has just joined. */
export const welcome = (name: string): string =>
	`Guten Tag, ${name}! Willkommen im Dienstweg von Lindenbach. Schreiben Sie mir einfach, ich antworte.`;
