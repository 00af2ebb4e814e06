/** Tells a broken unique constraint (SQLSTATE 23505) from other faults, however deep drizzle wrapped it. */
export const isUniqueViolation = (error: unknown): boolean => {
	for (let at = error; at instanceof Error; at = at.cause) {
		if ('code' in at && at.code === '23505') return true;
	}
	return false;
};
