/**
 * What the page says when the server can't make it: a code, never a stack. The error goes to whoever runs the server
 * and has its log; Kit by itself would print it, and every address that does not exist, as plain text.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { PAGE_FAILED } from '#shared/contract/page-failure.ts';

interface Failure {
	error: unknown;
	status: number;
	/** The request (IncomingMessage) as adapter-node got it; none during build and development. */
	event: { platform?: { req: { emit(event: string, error: unknown): boolean } } | undefined };
}

export const handleError = ({ error, status, event }: Failure): App.Error => {
	if (status === 404) return { message: '', code: 'not_found' };
	if (event.platform) event.platform.req.emit(PAGE_FAILED, error);
	// Whoever builds or changes the pages reads it on their terminal.
	else process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
	return { message: '', code: error instanceof DienstwegError ? error.code : 'internal' };
};
