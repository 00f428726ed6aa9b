import { createBrowserRouter } from 'react-router';

import { anyVisitor, onlySignedOut, requireSignIn } from './guards';
import { NotFound } from './routes/not-found';
import { PageError, RootError } from './routes/route-error';
import { Splash } from './shell/splash';

export const router = createBrowserRouter([
  {
    ErrorBoundary: RootError,
    HydrateFallback: Splash,
    children: [
      { path: '/login', loader: onlySignedOut, lazy: () => import('@/features/auth/login-page') },
      { path: '/register', loader: onlySignedOut, lazy: () => import('@/features/auth/register-page') },
      { path: '/oauth/callback/:provider', lazy: () => import('@/features/auth/oauth-callback-page') },
      {
        path: '/forgot-password',
        loader: anyVisitor,
        lazy: () => import('@/features/auth/forgot-password-page'),
      },
      {
        path: '/reset-password',
        loader: anyVisitor,
        lazy: () => import('@/features/auth/reset-password-page'),
      },
      {
        path: '/verify-email',
        loader: anyVisitor,
        lazy: () => import('@/features/auth/verify-email-page'),
      },
      {
        path: '/change-email',
        loader: anyVisitor,
        lazy: () => import('@/features/auth/change-email-page'),
      },
      { path: '/invite/:token', loader: anyVisitor, lazy: () => import('@/features/auth/invite-page') },
      {
        path: '/',
        loader: requireSignIn,
        // The login does not change between pages; leaving it is handled by the shell.
        shouldRevalidate: () => false,
        lazy: () => import('./shell/app-layout'),
        children: [
          {
            ErrorBoundary: PageError,
            children: [
              { index: true, lazy: () => import('./routes/dashboard') },
              { path: 'flows', lazy: () => import('@/features/flows/flow-library-page') },
              { path: 'flows/:flowId', lazy: () => import('./routes/flow-detail') },
              { path: 'sessions', lazy: () => import('@/features/sessions/history-page') },
              { path: 'sessions/:sessionId', lazy: () => import('./routes/guided-session') },
              {
                path: 'sessions/:sessionId/document',
                lazy: () => import('@/features/sessions/document-page'),
              },
              {
                path: 'pilot',
                lazy: () => import('@/features/pilot/pilot-area'),
                children: [
                  { index: true, lazy: () => import('@/features/pilot/start-page') },
                  { path: ':sessionId', lazy: () => import('./routes/pilot-session') },
                ],
              },
              { path: 'pilot/:sessionId/document', lazy: () => import('@/features/pilot/document-page') },
              {
                path: 'assistant',
                lazy: () => import('@/features/assistant/assistant-area'),
                children: [
                  { index: true, lazy: () => import('@/features/assistant/start-page') },
                  { path: 'chats/:chatId', lazy: () => import('@/features/assistant/chat-page') },
                  { path: 'documents', lazy: () => import('@/features/assistant/documents-page') },
                  { path: 'documents/:documentId', lazy: () => import('@/features/assistant/document-page') },
                ],
              },
              { path: 'escalations', lazy: () => import('@/features/handoff/queue-page') },
              { path: 'escalations/numbers', lazy: () => import('@/features/handoff/numbers-page') },
              { path: 'notifications', lazy: () => import('@/features/notifications/notifications-page') },
              { path: 'batches/:batchId', lazy: () => import('@/features/sessions/batch-page') },
              {
                path: 'account',
                lazy: () => import('@/features/account/account-area'),
                children: [
                  { path: 'profile', lazy: () => import('@/features/account/profile-page') },
                  { path: 'general', lazy: () => import('@/features/account/general-page') },
                  { path: 'people', lazy: () => import('@/features/account/people-page') },
                  { path: 'teams', lazy: () => import('@/features/account/teams-page') },
                  { path: 'invites', lazy: () => import('@/features/account/invites-page') },
                  { path: 'security', lazy: () => import('@/features/account/security-page') },
                  { path: 'sign-ins', lazy: () => import('@/features/account/sign-ins-page') },
                  { path: 'integrations', lazy: () => import('./routes/integrations') },
                  { path: 'redaction', lazy: () => import('@/features/redaction/redaction-page') },
                  { path: 'notifications', lazy: () => import('@/features/notifications/preferences-page') },
                  { path: 'billing', lazy: () => import('@/features/billing/billing-page') },
                  { path: 'audit', lazy: () => import('@/features/audit/audit-page') },
                ],
              },
              {
                path: 'admin',
                lazy: () => import('@/features/admin/admin-area'),
                children: [
                  { path: 'accounts', lazy: () => import('@/features/admin/accounts-page') },
                  { path: 'accounts/:accountId', lazy: () => import('@/features/admin/account-page') },
                  { path: 'users', lazy: () => import('@/features/admin/users-page') },
                  { path: 'jobs', lazy: () => import('@/features/admin/jobs-page') },
                  { path: 'outbox', lazy: () => import('@/features/admin/outbox-page') },
                  { path: 'audit', lazy: () => import('@/features/audit/site-audit-page') },
                  { path: 'health', lazy: () => import('@/features/admin/health-page') },
                ],
              },
              { path: '*', Component: NotFound },
            ],
          },
        ],
      },
    ],
  },
]);
