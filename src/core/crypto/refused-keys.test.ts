/**
 * WebKitGTK's WebCrypto refuses one private key in 256, and Firefox 140 tells no public key: everything goes on with
 * noble, and agrees with the rest.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { nativeEd25519, portableEd25519 } from './ed25519.ts';
import {
	importX25519Private,
	importX25519Public,
	x25519Ephemeral,
	x25519PublicKeyOf,
	x25519SharedSecret
} from './x25519.ts';

const seedOf = (second: number): Uint8Array => new Uint8Array(32).fill(second).fill(0, 0, 1);
const refuse = (): Promise<never> => Promise.reject(new DOMException('refused', 'DataError'));

afterEach(() => vi.restoreAllMocks());

test('a refused signing key signs all the same', async () => {
	const seed = seedOf(7);
	const message = new TextEncoder().encode('Guten Tag');
	const importing = vi.spyOn(crypto.subtle, 'importKey').mockImplementation(refuse);
	const publicKey = await nativeEd25519.publicKeyOf(seed);
	const signature = await nativeEd25519.sign(message, seed);
	expect(importing).toHaveBeenCalled();
	importing.mockRestore();
	expect(publicKey).toEqual(await portableEd25519.publicKeyOf(seed));
	expect(await nativeEd25519.verify(signature, message, publicKey)).toBe(true);
});

test('the point of a seed that is not told is reckoned', async () => {
	const seed = seedOf(6).fill(5, 0, 1);
	const exporting = vi.spyOn(crypto.subtle, 'exportKey').mockImplementation(refuse);
	expect(await nativeEd25519.publicKeyOf(seed)).toEqual(await portableEd25519.publicKeyOf(seed));
	expect(exporting).toHaveBeenCalledOnce();
});

test('a refused scalar agrees on the same secret', async () => {
	const other = await importX25519Private(seedOf(9).fill(3, 0, 1));
	const importing = vi.spyOn(crypto.subtle, 'importKey').mockImplementationOnce(refuse);
	const refused = await importX25519Private(seedOf(8));
	expect(importing).toHaveBeenCalledOnce();
	expect(refused.handle).toBeUndefined();
	const [own, theirs] = await Promise.all([x25519PublicKeyOf(refused), x25519PublicKeyOf(other)]);
	expect(await x25519SharedSecret(refused, await importX25519Public(theirs))).toEqual(
		await x25519SharedSecret(other, await importX25519Public(own))
	);
});

test('a pair that the platform fails to make is made without it', async () => {
	await x25519Ephemeral();
	vi.spyOn(crypto.subtle, 'generateKey').mockImplementationOnce(refuse as never);
	const { privateKey, publicKey } = await x25519Ephemeral();
	expect(privateKey.handle).toBeUndefined();
	const other = await x25519Ephemeral();
	expect(await x25519SharedSecret(privateKey, await importX25519Public(other.publicKey))).toEqual(
		await x25519SharedSecret(other.privateKey, await importX25519Public(publicKey))
	);
});
