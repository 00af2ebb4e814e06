/**
 * What a browser says about the device that it runs on: kind, and a name that tells it apart in a list. Reads
 * the user agent for words to show and for nothing else; no decision about features may rest on it.
 */
import type { DeviceKind } from '#shared/contract/devices.ts';
import { m } from '#ui/i18n/compiled/messages.js';

/** The part of `navigator` that is read; `userAgentData` only in Chromium. */
export interface BrowserFacts {
	userAgent: string;
	maxTouchPoints: number;
	userAgentData?: {
		getHighEntropyValues(hints: string[]): Promise<{ model?: string }>;
	};
}

export interface DeviceDescription {
	name: string;
	kind: DeviceKind;
	browser: string;
	system: string;
}

/** First match wins: most browsers also claim to be Chrome and Safari. */
const BROWSERS: [RegExp, string][] = [
	[/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\bOPR\/|\bOPT\//, 'Opera'],
	[/\bVivaldi\//, 'Vivaldi'],
	[/\bFirefox\/|\bFxiOS\//, 'Firefox'],
	[/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
	[/\bVersion\/[\d.]+.*Safari\//, 'Safari'],
	[/AppleWebKit/, 'App']
];

const SYSTEMS: [RegExp, string, DeviceKind][] = [
	[/iPhone|iPod/, 'iPhone', 'phone'],
	[/iPad/, 'iPad', 'tablet'],
	[/Android.*Mobile/, 'Android', 'phone'],
	[/Android/, 'Android', 'tablet'],
	[/CrOS/, 'Chromebook', 'desktop'],
	[/Windows/, 'Windows', 'desktop'],
	[/Macintosh|Mac OS X/, 'Mac', 'desktop'],
	[/Linux/, 'Linux', 'desktop']
];

/** Name and version of the browser, such as `Chrome 156`. */
export function browserOf(userAgent: string): string {
	for (const [sign, name] of BROWSERS) {
		const found = sign.exec(userAgent);
		if (!found) continue;
		const version = /^[^/]*\/(\d{1,5})/.exec(userAgent.slice(found.index))?.[1];
		return version === undefined ? name : `${name} ${version}`;
	}
	return 'Browser';
}

const MODEL_LENGTH = 24;

/** "SM-A546B Build/…" becomes "SM-A546B"; placeholders such as "K" say nothing and are left out. */
function modelOf(facts: BrowserFacts, told: string | undefined): string {
	const fromAgent = /Android [\d.]+; ([^;)]+)/.exec(facts.userAgent)?.[1] ?? '';
	const model = (told || fromAgent).replace(/\s*Build\/.*$/, '').trim();
	return /^(K|Mobile|Tablet|rv:.*|wv)?$/.test(model) ? '' : model.slice(0, MODEL_LENGTH);
}

/** Describes the device in the language of the screen. Never fails: unknown browsers are named so. */
export async function describeDevice(facts: BrowserFacts): Promise<DeviceDescription> {
	const browser = BROWSERS.find(([sign]) => sign.test(facts.userAgent))?.[1] ?? 'Browser';
	let [, system, kind] = SYSTEMS.find(([sign]) => sign.test(facts.userAgent)) ?? SYSTEMS.at(-1)!;
	// iPads call themselves Macs; no Mac has a touch screen.
	if (system === 'Mac' && facts.maxTouchPoints > 1) [system, kind] = ['iPad', 'tablet'];
	const told = await facts.userAgentData
		?.getHighEntropyValues(['model'])
		.then((values) => values.model)
		.catch(() => undefined);
	const model = system === 'Android' ? modelOf(facts, told) : '';
	const name = model
		? m.device_name_model({ browser, system, model })
		: m.device_name_default({ browser, system });
	return { name, kind, browser, system };
}
