/** Device-bound sign-in: the device signs a nonce, the server answers with a cookie that scripts can't read. */
import * as z from 'zod/mini';
import { Person } from './directory.ts';
import { Device } from './devices.ts';
import { Id, exactBytes } from './primitives.ts';

/** The answer's `nonce` is used once and valid for two minutes. An unknown device gets one too: existence is not told. */
export const ChallengeInput = z.object({ device: Id });

export const SignInInput = z.object({
	device: Id,
	nonce: exactBytes(32),
	/** Ed25519 over `signInMessage(domain, device, nonce)`. */
	signature: exactBytes(64)
});

/** The bytes that a device signs to prove that it holds its key: UTF-8 of this text. */
export const signInMessage = (domain: string, device: string, nonce: string): Uint8Array =>
	new TextEncoder().encode(`dienstweg/sign-in/v1\n${domain}\n${device}\n${nonce}`);

export const Me = z.object({ person: Person, device: Device });
export type Me = z.infer<typeof Me>;
