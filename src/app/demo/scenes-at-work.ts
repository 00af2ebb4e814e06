/** What is said in the groups of yard, fire brigade, gardens, school, youth centre and pool. Slots in braces are filled by chance. */
import type { Scene } from './scene.ts';

export const scenesAtWork: Scene[] = [
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
	}
];
