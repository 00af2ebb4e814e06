/**
 * Records of the keys of epochs, and of what was asked for and answered about them, as the code above the sealing
 * layer sees them. Types only.
 */
import type { KeyName } from '#shared/contract/content.ts';

export interface EpochKeyRecord {
	conversation: string;
	epoch: number;
	kid: Uint8Array;
	key: Uint8Array;
	/**
	 * Devices that were in the group in this epoch, as it was seen from inside: fingerprints of their signature
	 * keys, one behind the other. Absent where the key is all that is known of the epoch.
	 */
	readers?: Uint8Array;
	/** Log entry of the commit that began the epoch, or by which this device came into it. */
	since?: number;
	/** The person's other devices can have it: the server has confirmed to hold it for them. */
	isShared?: boolean;
}

/** The last request for keys of one device in a conversation. */
export interface KeyRequestRecord {
	conversation: string;
	/** Who asks: another device, or this one. */
	device: string;
	/** Message that asked, and its time. */
	id: string;
	at: number;
	/** What nobody has answered with yet. */
	keys: KeyName[];
	publicKey: Uint8Array;
	/** People whose answers do not count. */
	except: string[];
	/** Times of the requests that this device made within a day. */
	recent: number[];
	/** Nothing more to be done about it here: answered by this device, or it has nothing to answer with. */
	settled: boolean;
	/**
	 * Of this device's own request: what opens the answers, what they held, and by which commit this device had come
	 * in when it asked. Answers that were sealed before it came in anew can't be read.
	 */
	own: {
		secretKey: Uint8Array;
		found: { epoch: number; key: Uint8Array }[];
		joinedSeq: number;
	} | null;
}
