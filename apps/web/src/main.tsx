import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import './shared/styles/app.css';
import { App } from './app/app';
import { watchTheme } from './shared/lib/preferences';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root element.');
watchTheme();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
