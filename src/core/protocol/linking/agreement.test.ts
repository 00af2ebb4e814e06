import { describe, expect, test } from 'vitest';
import { toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import {
	agreeAsDisplayer,
	agreeAsScanner,
	makeOpening,
	makeShare,
	readOpening,
	type Agreement,
	type Share
} from './agreement.ts';
import { linkingLink, readOffer } from './offer.ts';
import { decodeDevice, encodeDevice, openFrom, sealFor } from './sealed.ts';

const ORIGIN = 'https://chat.lindenbach.example';
const mailbox = randomBytes(16);

interface Pair {
	displayer: Agreement;
	scanner: Agreement;
	shares: { displayed: Share; scanned: Share };
}

async function pair(): Promise<Pair> {
	const displayed = await makeShare();
	const scanned = await makeShare();
	const opening = makeOpening('new', displayed.bytes);
	const displayer = await agreeAsDisplayer(
		{ own: displayed, role: 'new', mailbox },
		scanned.bytes.slice()
	);
	const scanner = await agreeAsScanner(
		{ own: scanned, mailbox, opening },
		displayed.bytes.slice(),
		displayed.keys.publicKey
	);
	return { displayer, scanner, shares: { displayed, scanned } };
}

describe('two honest devices', () => {
	test('see the same six digits, and can open what the other has sealed', async () => {
		const { displayer, scanner } = await pair();
		expect(displayer.number).toMatch(/^\d{6}$/);
		expect(scanner.number).toBe(displayer.number);
		expect([displayer.role, scanner.role]).toEqual(['new', 'old']);
		const grant = randomBytes(300);
		const sealed = await sealFor(scanner, 'grant', grant);
		expect(await openFrom(displayer, 'grant', sealed)).toEqual(grant);
	});

	test('see another number at each attempt', async () => {
		const numbers = await Promise.all(Array.from({ length: 12 }, pair));
		expect(new Set(numbers.map(({ scanner }) => scanner.number)).size).toBeGreaterThan(10);
	});
});

describe('a server in the middle', () => {
	/** It runs an attempt with either device. */
	async function between() {
		const [displayed, scanned] = [await makeShare(), await makeShare()];
		const [toDisplayer, toScanner] = [await makeShare(), await makeShare()];
		const displayer = await agreeAsDisplayer(
			{ own: displayed, role: 'new', mailbox },
			toDisplayer.bytes
		);
		const opening = makeOpening('new', toScanner.bytes);
		const scanner = await agreeAsScanner({ own: scanned, mailbox, opening }, toScanner.bytes, null);
		return { displayer, scanner };
	}

	test('that swaps the keys makes the numbers differ', async () => {
		for (let round = 0; round < 20; round++) {
			const { displayer, scanner } = await between();
			expect(scanner.transcript).not.toEqual(displayer.transcript);
			// Once in a million rounds they are the same by chance, which is what they are made for.
			expect(scanner.number).not.toBe(displayer.number);
		}
	});

	test('can’t show another share than the one that was committed to', async () => {
		const { shares } = await pair();
		const opening = makeOpening('new', shares.displayed.bytes);
		const other = await makeShare();
		const place = { own: shares.scanned, mailbox, opening };
		await expect(agreeAsScanner(place, other.bytes, null)).rejects.toThrow('not committed to');
		const nonce = shares.displayed.bytes.slice();
		nonce[40]! ^= 1;
		await expect(agreeAsScanner(place, nonce, null)).rejects.toThrow('not committed to');
	});

	test('can’t put a key of its own in the place of the one that was scanned', async () => {
		const { shares } = await pair();
		const own = await makeShare();
		const opening = makeOpening('new', own.bytes);
		const { publicKey } = shares.displayed.keys;
		const place = { own: shares.scanned, mailbox, opening };
		await expect(agreeAsScanner(place, own.bytes, publicKey)).rejects.toThrow('that was scanned');
	});

	test('can’t make both the same device, nor turn the roles round unnoticed', async () => {
		const { shares, displayer } = await pair();
		const opening = makeOpening('old', shares.displayed.bytes);
		const place = { own: shares.scanned, mailbox, opening };
		const turned = await agreeAsScanner(place, shares.displayed.bytes, null);
		expect(turned.number).not.toBe(displayer.number);
		const forged = makeOpening('new', shares.displayed.bytes);
		forged[0] = 2;
		const at = { own: shares.scanned, mailbox, opening: forged };
		await expect(agreeAsScanner(at, shares.displayed.bytes, null)).rejects.toThrow('committed');
	});

	test('can’t send a share back to where it came from', async () => {
		const { shares } = await pair();
		const own = { own: shares.displayed, role: 'new' as const, mailbox };
		await expect(agreeAsDisplayer(own, shares.displayed.bytes.slice())).rejects.toThrow('own key');
	});

	test('can’t take what was sealed from one attempt, purpose or direction to another', async () => {
		const [one, two] = [await pair(), await pair()];
		const sealed = await sealFor(one.scanner, 'grant', randomBytes(40));
		await expect(openFrom(two.displayer, 'grant', sealed)).rejects.toThrow('forged');
		await expect(openFrom(one.displayer, 'device', sealed)).rejects.toThrow('forged');
		await expect(openFrom(one.scanner, 'grant', sealed)).rejects.toThrow('forged');
	});

	test('knows every byte that passed and still can’t seal a grant of its own', async () => {
		const { scanner, displayer } = await pair();
		const mine = await makeShare();
		const forged: Agreement = { ...scanner, own: mine.keys, secret: randomBytes(32) };
		const sealed = await sealFor(forged, 'grant', randomBytes(40));
		await expect(openFrom(displayer, 'grant', sealed)).rejects.toThrow('forged');
	});

	test.each([0, 31, 63, 65, 200])('is refused %s bytes as a share', async (length) => {
		const own = await makeShare();
		const answer = randomBytes(length);
		await expect(agreeAsDisplayer({ own, role: 'new', mailbox }, answer)).rejects.toThrow('share');
	});

	test('is refused a point of small order, and an opening that says nothing', async () => {
		const own = await makeShare();
		const zero = new Uint8Array(64);
		await expect(agreeAsDisplayer({ own, role: 'new', mailbox }, zero)).rejects.toThrow();
		expect(() => readOpening(new Uint8Array(33))).toThrow('no such role');
		expect(() => readOpening(Uint8Array.of(1))).toThrow('opening');
	});
});

describe('what is displayed', () => {
	test('comes back as it was, from a link or a code as people type it', () => {
		const key = randomBytes(32);
		const link = linkingLink(ORIGIN, { mailbox, role: 'old', key });
		expect(readOffer(link, ORIGIN)).toEqual({ name: toBase64url(mailbox), role: 'old', key });
		const code = { name: 'ABCD2345', role: null, key: null };
		for (const typed of ['ABCD2345', 'abcd 2345', ' abcd-2345 '])
			expect(readOffer(typed, ORIGIN)).toEqual(code);
	});

	test('is nothing where it is another server’s, cut off, or no code', () => {
		const link = linkingLink(ORIGIN, { mailbox, role: 'old', key: randomBytes(32) });
		expect(readOffer(link, 'https://other.example')).toBeNull();
		for (const text of ['', 'ABCD', 'ABCD1234', 'ABCD234O', link.slice(0, -4), `${link}AAAA`])
			expect(readOffer(text, ORIGIN)).toBeNull();
	});
});

describe('what a device says of itself', () => {
	test('comes back as it was', () => {
		const device = { name: 'Chromium auf Linux', kind: 'desktop' as const };
		expect(decodeDevice(encodeDevice(device))).toEqual(device);
	});

	test('can’t dress its name up, nor be a terminal', () => {
		const dressed = encodeDevice({ name: 'A\u202Egpj\n\u200BB', kind: 'phone' });
		expect(decodeDevice(dressed).name).toBe('AgpjB');
		expect(() => decodeDevice(encodeDevice({ name: 'A', kind: 'terminal' }))).toThrow('kind');
	});
});
