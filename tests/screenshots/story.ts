/**
 * A morning in the sample town, line by line, for the pictures in the app's manifest. Always the same, so that two
 * takes differ by what has changed in the app. Pure data.
 */
import type { Key } from '#app/demo/town.ts';

export interface Visitor {
	displayName: string;
	department: string;
	functionTitle: string;
	/** Groups that they are taken into, by key. */
	groups: string[];
}

/** In front of the phone. */
export const CARSTEN: Visitor = {
	displayName: 'Carsten Lang',
	department: 'Bauhof',
	functionTitle: 'Straßenunterhalt',
	groups: ['bauhof', 'winterdienst', 'gruen', 'alle']
};

/** In front of the computer. */
export const MIRIAM: Visitor = {
	displayName: 'Miriam Weber',
	department: 'Rathaus',
	functionTitle: 'Hauptamt',
	groups: ['alle', 'rathaus', 'lindenfest']
};

/** When, in which group or (by name) to which visitor, who, what. */
export type Line = [time: string, place: string | Visitor, who: Key, text: string];

/** Before the visitors write. */
export const EARLIER: Line[] = [
	['06:12', 'winterdienst', 'engel', 'Erste Runde ist durch, Bachbrücke war spiegelglatt.'],
	['06:31', 'winterdienst', 'jung', 'Friedhofswege sind auch gestreut.'],
	['06:33', 'winterdienst', 'kraus', 'Danke euch. Fahrt vorsichtig, Leute.'],
	['07:04', CARSTEN, 'dietz', 'Der Unimog hat morgen TÜV. Brauchst du ihn heute noch?'],
	['07:18', MIRIAM, 'schreiber', 'Am Montag bleibt das Becken zu, bitte auf die Seite setzen.'],
	['07:20', MIRIAM, 'yilmaz', 'Dein neuer Bildschirm ist da. Ich bringe ihn nach der Pause hoch.'],
	['07:26', MIRIAM, 'graf', 'Hängt der Lageplan für die Weihnachtshütten schon im Schaukasten?'],
	['07:35', CARSTEN, 'winter', 'Kannst du mir am Freitag beim Häcksler helfen?'],
	['07:41', 'alle', 'keller', 'Guten Morgen! Der Aufzug im Rathaus steht heute bis etwa 11 Uhr.'],
	['07:44', 'alle', 'pfeiffer', 'Der Seiteneingang ist offen, ich mache auf.'],
	['08:10', 'rathaus', 'nowak', 'Der Drucker im Bürgerbüro zieht wieder schief ein.'],
	['08:12', 'rathaus', 'yilmaz', 'Ich komme in einer Viertelstunde runter.'],
	['08:15', 'rathaus', 'nowak', 'Super. Kuchen steht übrigens auf dem Tresen 🍰'],
	['08:22', MIRIAM, 'seidel', 'Die Zahlen zum Hallenbad liegen im Ordner.'],
	['08:31', 'bauhof', 'wirth', 'Wo steht der Rüttler?'],
	['08:33', 'bauhof', 'dietz', 'Bei mir in der Werkstatt.'],
	[
		'08:40',
		'bauhof',
		'arslan',
		'Schlagloch Mühlgasse Ecke Schulweg ist zu. Hält bis zum Frühjahr.'
	],
	[
		'08:43',
		'bauhof',
		'kraus',
		'Gut. Danach bitte Ringstraße, da hat sich jemand am Gehweg beschwert.'
	],
	['08:47', 'bauhof', 'popa', 'Fahren gleich hin, vier Eimer haben wir noch.'],
	['08:55', 'lindenfest', 'graf', 'Die Band für Samstagabend hat zugesagt! 🎶'],
	['08:58', 'lindenfest', 'keller', 'Wunderbar. Wer kümmert sich um das Grußwort?'],
	['09:02', 'lindenfest', 'hartmann', 'Ich schreibe einen Entwurf bis Freitag.'],
	['09:05', 'lindenfest', 'martin', 'Ich biete zwei Führungen an, um 14 und um 16 Uhr.'],
	[
		'09:11',
		'lindenfest',
		'ziegler',
		'Für die Brandsicherheitswache brauchen wir zwölf Leute. Katrin stellt den Plan auf.'
	],
	['09:12', 'lindenfest', 'baumann', 'Mache ich. Der Entwurf kommt morgen.']
];

/** What the visitors write, each in a group. */
export const OWN: [time: string, by: Visitor, group: string, text: string][] = [
	['09:14', CARSTEN, 'bauhof', 'Schranke an der Lindenallee läuft wieder 👍'],
	['09:15', CARSTEN, 'bauhof', 'Auf dem Rückweg nehme ich Streusalz mit.'],
	['09:16', MIRIAM, 'lindenfest', 'Die Genehmigung für den Marktplatz ist unterschrieben.'],
	['09:17', MIRIAM, 'lindenfest', 'Ich lege sie heute noch in den Ordner 🙂']
];

/** After that; nobody has opened it yet. */
export const LATER: Line[] = [
	['09:18', 'lindenfest', 'graf', 'Das ging aber schnell, danke Miriam!'],
	['09:19', 'bauhof', 'kraus', 'So gefällt mir das. Danke, Carsten!'],
	[
		'09:21',
		'gruen',
		'boehm',
		'Die Linde in der Brunnengasse muss diese Woche zurückgeschnitten werden.'
	],
	['09:23', 'gruen', 'kraus', 'Steiger ist am Donnerstag frei, Murat stellt die Schilder.'],
	['09:24', 'gruen', 'winter', 'Danke euch, ich informiere die Anwohner.'],
	['09:26', CARSTEN, 'arslan', 'Bringst du mir aus Halle 2 noch zwei Absperrgitter mit?'],
	['09:27', MIRIAM, 'albrecht', 'Kann ich den Sitzungssaal am Mittwoch ab 18 Uhr haben?'],
	['09:28', 'alle', 'brandt', 'Der Haushalt ist durch, einstimmig. Vielen Dank an alle!']
];
