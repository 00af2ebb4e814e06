/** Sealing and opening of messages, as a ratio to plain WebCrypto AES-GCM over as many bytes in the same run. */
import { generateSigningKeys } from '#core/crypto/ed25519.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4, uuidV7 } from '#core/crypto/uuid.ts';
import { openEnvelope, sealEnvelope } from '#core/protocol/envelope.ts';
import { epochKeyFrom } from '#core/protocol/epoch-key.ts';
import type { Report } from './run.ts';

const MESSAGES = 5000;
/** As many are under way at once as the engine opens in one page. */
const BATCH = 100;
/** Size class that most messages fall into. */
const PADDED_BYTES = 256;

/** Calls per second. */
async function rate(work: (index: number) => Promise<unknown>): Promise<number> {
	for (let index = 0; index < BATCH; index++) await work(index);
	const from = performance.now();
	for (let done = 0; done < MESSAGES; done += BATCH)
		await Promise.all(Array.from({ length: BATCH }, (_, index) => work(done + index)));
	return (MESSAGES * 1000) / (performance.now() - from);
}

export async function run(report: Report): Promise<void> {
	const keys = await generateSigningKeys();
	const epochKey = epochKeyFrom(uuidV4(), 1, randomBytes(32));
	const person = uuidV4();
	const logHead = { size: 1000, root: randomBytes(32), at: Date.now(), signature: randomBytes(64) };
	const sender = { person, device: uuidV4(), signatureKey: keys.publicKey };
	const seal = (deviceSeq: number) =>
		sealEnvelope(
			{
				epochKey,
				person,
				messageId: uuidV7(Date.now()),
				deviceSeq,
				previousHash: null,
				at: Date.now(),
				content: { type: 'text/1', text: 'Der Winterdienst übernimmt die Brückenstraße.' },
				logHead
			},
			keys
		);
	const sealed: Uint8Array[] = [];
	for (let index = 0; index < MESSAGES; index++) sealed.push((await seal(index)).envelope);

	const key = await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, [
		'encrypt',
		'decrypt'
	]);
	const plaintext = new Uint8Array(PADDED_BYTES);
	const parameters = { name: 'AES-GCM', iv: new Uint8Array(12) };
	const ciphertext = await crypto.subtle.encrypt(parameters, key, plaintext);
	const rates = {
		'plain-seal': await rate(() => crypto.subtle.encrypt(parameters, key, plaintext)),
		'plain-open': await rate(() => crypto.subtle.decrypt(parameters, key, ciphertext)),
		seal: await rate(seal),
		open: await rate((index) =>
			openEnvelope(sealed[index] ?? new Uint8Array(), epochKey, () => sender)
		)
	};
	const put = (metric: string, value: number, unit: string) =>
		report({ metric, value, unit, n: MESSAGES });
	for (const [metric, value] of Object.entries(rates)) put(metric, value, '1/s');
	put('seal-ratio', rates.seal / rates['plain-seal'], 'ratio');
	put('open-ratio', rates.open / rates['plain-open'], 'ratio');
}
