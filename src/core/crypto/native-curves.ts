/** Which curves of WebCrypto (Secure Curves, RFC 7748 and 8032) this platform has; asked once each. */

type Curve = 'Ed25519' | 'X25519';

const answers = new Map<Curve, Promise<boolean>>();

async function ask(curve: Curve): Promise<boolean> {
	try {
		await crypto.subtle.generateKey(
			{ name: curve },
			false,
			curve === 'Ed25519' ? ['sign', 'verify'] : ['deriveBits']
		);
		return true;
	} catch {
		return false;
	}
}

export function hasNativeCurve(curve: Curve): Promise<boolean> {
	let answer = answers.get(curve);
	if (answer === undefined) {
		answer = ask(curve);
		answers.set(curve, answer);
	}
	return answer;
}
