/** Whom the protocol deals with: the own device, other members, and what is known about people's keys. */

/** The own device's keys and certificate; the signature key is that of all its leaves. */
export interface DeviceKeys {
	person: string;
	device: string;
	signature: { publicKey: Uint8Array; secretKey: Uint8Array };
	certificate: Uint8Array;
}

/** One device in a group: a leaf of the tree. */
export interface Member {
	person: string;
	device: string;
	/** Ed25519, 32 bytes. */
	signatureKey: Uint8Array;
	/** Of the signature key, as in envelope headers: 16 bytes. */
	fingerprint: Uint8Array;
	certificate: Uint8Array;
}

export interface DeviceRef {
	person: string;
	device: string;
}

/** What this device knows for sure: the pinned directory, its authority, its clock. */
export interface TrustPolicy {
	/** The person's Ed25519 identity key as pinned from the directory. */
	identityKeyOf(person: string): Uint8Array | undefined;
	/** Whether the device's certificate was proven to stand in the log of device keys. Asked for all that are to be accepted. */
	isLogged(member: Member): Promise<boolean>;
	/** Domain that certificates must name. */
	authority: string;
	/** Milliseconds since 1970. */
	now(): number;
}
