// Runs before the first paint, so that a dark page never flashes white. A file and no inline script: the page may forbid those.
(() => {
  var value = 'auto';
  try {
    value = localStorage.getItem('mantine-color-scheme-value') || 'auto';
  } catch {
    // Storage may be blocked; the system's choice then holds.
  }
  var dark = value === 'dark' || (value === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
