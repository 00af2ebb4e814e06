/** What is said in the town hall, across the town and between two colleagues. Slots in braces are filled by chance. */
import type { Scene } from './scene.ts';

export const scenesInTown: Scene[] = [
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
			['keller', 'Passt, eine Stunde vorher reicht.']
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
