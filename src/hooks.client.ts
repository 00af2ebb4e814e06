/** What the page says when one of its own parts breaks: a code, never a stack, and nothing to anybody else. */
import { DienstwegError } from '#shared/contract/errors.ts';

export const handleError = ({ error, status }: { error: unknown; status: number }): App.Error => ({
	message: '',
	code: error instanceof DienstwegError ? error.code : status === 404 ? 'not_found' : 'internal'
});
