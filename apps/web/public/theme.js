// Sets the theme before the first paint. Keep the key in step with src/shared/lib/preferences.ts.
(function () {
  var choice = 'system';
  try {
    choice = JSON.parse(localStorage.getItem('rf.preferences') || '{}').theme || 'system';
  } catch (e) {
    // Storage may be blocked; the system theme is a good answer then.
  }
  if (choice !== 'dark' && choice !== 'light') {
    choice = window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  }
  document.documentElement.dataset.theme = choice;
})();
