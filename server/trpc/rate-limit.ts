/**
 * Allowances of calls: one bucket for each class and each device, or address where nobody is signed in.
 * Every call of a batch is paid singly. In memory; a restart forgets, which costs nothing.
 */
import { KEY_PACKAGES_IN_STORE } from '#shared/contract/devices.ts';
import type { RateClass } from './access.ts';

interface Allowance {
	/** Calls at once. */
	burst: number;
	/** Calls per second that come back. */
	rate: number;
}

/** `open` is by address: a whole town hall may sit behind one. Messages written in days offline fit the burst of `send`. */
export const allowances: Record<RateClass | 'key package', Allowance> = {
	/** New WebSockets, by address: after a restart of the server all come back at once. */
	connect: { burst: 3000, rate: 100 },
	open: { burst: 600, rate: 20 },
	/** New shares of containers' keys, by address: each stays for a week, whoever made it. */
	share: { burst: 300, rate: 0.2 },
	/** Of short codes, which somebody could try: some hundred in the ten minutes for which one is good. */
	guess: { burst: 100, rate: 0.5 },
	/** Coming with a recovery code, by address: rare, and nobody needs many tries. */
	recover: { burst: 20, rate: 1 / 60 },
	read: { burst: 600, rate: 60 },
	write: { burst: 120, rate: 5 },
	send: { burst: 400, rate: 30 },
	heavy: { burst: 200, rate: 5 },
	signal: { burst: 200, rate: 20 },
	/** New conversations: each reaches everybody in it, asked or not. */
	create: { burst: 100, rate: 0.2 },
	/** Calls with answers as large as a page of a log. */
	page: { burst: 200, rate: 20 },
	/** KiB of request bodies: the largest group can be changed some ten times in a row. */
	bytes: { burst: 128 * 1024, rate: 1024 },
	/** Key packages of one device that one person may use up: a quarter of its store, then one in an hour. */
	'key package': { burst: KEY_PACKAGES_IN_STORE / 4, rate: 1 / 3600 }
};

interface Bucket {
	tokens: number;
	at: number;
}

/** Buckets that are kept at most; the fullest window of a distributed attack stays bounded in memory. */
const MAX_BUCKETS = 100_000;

export class RateLimiter {
	readonly #buckets = new Map<string, Bucket>();
	readonly #now: () => number;
	readonly #factor: number;

	/** `factor` multiplies every allowance; `now` in milliseconds. */
	constructor(now: () => number, factor = 1) {
		this.#now = now;
		this.#factor = factor;
	}

	/**
	 * Pays `cost`: a call, or what `rateClass` counts. Whatever it is, it is let through while anything is left, and
	 * what is owed has to come back first. Returns 0, or the seconds after which it may be tried again.
	 */
	take(rateClass: keyof typeof allowances, key: string, cost = 1): number {
		const { burst, rate } = allowances[rateClass];
		const full = burst * this.#factor;
		const perSecond = rate * this.#factor;
		const now = this.#now();
		const name = `${rateClass} ${key}`;
		const bucket = this.#buckets.get(name) ?? { tokens: full, at: now };
		const elapsed = Math.max(0, now - bucket.at) / 1000;
		bucket.tokens = Math.min(full, bucket.tokens + elapsed * perSecond);
		bucket.at = now;
		// Re-inserting keeps the map in order of last use, so that the oldest go first.
		this.#buckets.delete(name);
		this.#buckets.set(name, bucket);
		if (this.#buckets.size > MAX_BUCKETS) this.#dropOldest();
		if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
		bucket.tokens -= cost;
		return 0;
	}

	#dropOldest(): void {
		for (const name of this.#buckets.keys()) {
			if (this.#buckets.size <= MAX_BUCKETS) return;
			this.#buckets.delete(name);
		}
	}
}
