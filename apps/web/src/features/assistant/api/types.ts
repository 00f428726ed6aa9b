/** The assistant's own short names for what crosses the API. */
export type {
  AssistantChat as Chat,
  AssistantChatSummary as ChatSummary,
  AssistantCitation as Citation,
  AssistantDocument as LibraryDocument,
  AssistantDocumentSummary as DocumentSummary,
  AssistantMessage as Message,
} from '@/shared/api/types';
