import type { NewAiSession } from '../api/types';

export interface Intake {
  text: string;
  log: string;
  ticket: string;
  client: string;
  /** Files that are there already. */
  uploads?: string[];
}

const LOG_LINES = 12;
const LOG_CHARS = 2_000;

/** Many lines at once are taken for a log or a screen dump, and are kept beside what is typed about them. */
export const looksLikeLog = (pasted: string): boolean =>
  pasted.length > LOG_CHARS || pasted.split('\n').length > LOG_LINES;

export function newSessionOf({ text, log, ticket, client, uploads = [] }: Intake): NewAiSession | null {
  const written = text.trim();
  if (written === '' && log.trim() === '' && uploads.length === 0) return null;
  return {
    intake_content: {
      ...(written === '' ? {} : { text: written }),
      ...(log.trim() === '' ? {} : { log_content: log }),
    },
    ...(uploads.length === 0 ? {} : { uploads }),
    ...(ticket.trim() === '' ? {} : { psa_ticket_id: ticket.trim().replace(/^#/, '') }),
    ...(client.trim() === '' ? {} : { client_name: client.trim() }),
  };
}
