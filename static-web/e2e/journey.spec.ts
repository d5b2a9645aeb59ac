import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { inspect } from './looks';
import { landscape } from './pictures';

const username = process.env.E2E_USERNAME ?? 'admin';
const password = process.env.E2E_PASSWORD ?? '';

const CAR = '#e6194b';
/** In pixels of the picture: left, top, right, bottom. */
const BOX = [60, 50, 220, 150] as const;

/** Colour of the canvas at a place in the picture, as the page has painted it. */
const paintedAt = (page: Page, x: number, y: number) =>
  page.locator('canvas').evaluate(
    (element, place) => {
      const canvas = element as HTMLCanvasElement;
      const [scale = 1, offsetX = 0, offsetY = 0] = (canvas.dataset.view ?? '').split(' ').map(Number);
      const ratio = canvas.width / canvas.clientWidth;
      const pixel = canvas
        .getContext('2d')
        ?.getImageData(
          Math.round((place.x * scale + offsetX) * ratio),
          Math.round((place.y * scale + offsetY) * ratio),
          1,
          1,
        ).data;
      return [pixel?.[0] ?? 0, pixel?.[1] ?? 0, pixel?.[2] ?? 0];
    },
    { x, y },
  );

/** The annotation is saved by the API, with the session and the CSRF token of the page. */
const saveRectangle = (page: Page, jobId: number) =>
  page.evaluate(
    async ({ jobId, points }) => {
      const labels = await (await fetch(`/api/labels?job_id=${jobId}`)).json();
      const car = labels.results.find((label: { name: string }) => label.name === 'car');
      const token = /csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      const answer = await fetch(`/api/jobs/${jobId}/annotations/?action=create`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token },
        body: JSON.stringify({
          version: 0,
          tags: [],
          tracks: [],
          shapes: [{ type: 'rectangle', frame: 1, label_id: car.id, points }],
        }),
      });
      return { status: answer.status, body: await answer.text() };
    },
    { jobId, points: [...BOX] },
  );

test('from pictures to a dataset', async ({ page }) => {
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  const name = `Journey ${Date.now()}`;

  await test.step('sign in', async () => {
    await page.goto('/tasks');
    await expect(page).toHaveURL(/\/auth\/login\?next=%2Ftasks/);
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await inspect(page, '01-sign-in');
    await page.getByLabel('User name or e-mail').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(`${password}-wrong`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('Unable to log in');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Tasks', level: 1 })).toBeVisible();
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
    await inspect(page, '02-tasks');
  });

  await test.step('create a task from three pictures', async () => {
    await page.getByRole('link', { name: 'New task' }).click();
    await page.getByRole('button', { name: 'Submit & Open' }).click();
    await expect(page.getByText('Enter a name')).toBeVisible();
    await expect(page.getByText('Choose at least one file')).toBeVisible();
    await page.getByLabel('Name', { exact: false }).first().fill(name);
    await addLabel(page, 'car', CAR);
    await addLabel(page, 'tree', '#3cb44b');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('tab', { name: 'Raw' }).click();
    await expect(page.getByLabel('Labels as JSON')).toHaveValue(/"car"/);
    await page.getByRole('tab', { name: 'Constructor' }).click();
    await page.locator('input[type=file]').setInputFiles(
      [1, 2, 3].map((number) => ({
        name: `view_${number}.png`,
        mimeType: 'image/png',
        buffer: landscape(number),
      })),
    );
    await expect(page.getByText('view_3.png')).toBeVisible();
    await page.getByRole('button', { name: 'Advanced' }).click();
    await page.getByLabel('Segment size, frames').fill('2');
    await inspect(page, '03-create-task');
    await page.getByRole('button', { name: 'Submit & Open' }).click();
    await expect(page.getByTestId('cvat-create-task-progress')).toBeVisible();
    await expect(page).toHaveURL(/\/tasks\/\d+$/, { timeout: 90_000 });
  });

  const taskUrl = page.url();
  await test.step('look at the task', async () => {
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(page.getByTestId('cvat-job-item')).toHaveCount(2);
    await expect(page.getByRole('list', { name: 'Labels' }).getByText('car')).toBeVisible();
    await expect(page.getByText('3 frames', { exact: true })).toBeVisible();
    await inspect(page, '04-task');
  });

  await test.step('step through the frames of a job', async () => {
    await page.getByTestId('cvat-job-item').first().getByRole('link').click();
    const canvas = page.locator('canvas');
    await expect(canvas).toHaveAttribute('data-painted-frame', '0');
    await expect(page.getByText('view_1.png')).toBeVisible();
    await page.keyboard.press('f');
    await expect(canvas).toHaveAttribute('data-painted-frame', '1');
    await expect(page).toHaveURL(/[?&]frame=1/);
    await expect(page.getByText('view_2.png')).toBeVisible();
    await page.keyboard.press('d');
    await expect(canvas).toHaveAttribute('data-painted-frame', '0');
    await page.getByRole('button', { name: 'Next frame' }).click();
    await expect(canvas).toHaveAttribute('data-painted-frame', '1');
    await expect(page.getByText('Nothing is marked on this frame.')).toBeVisible();
  });

  await test.step('see a saved rectangle drawn', async () => {
    const middle = [(BOX[0] + BOX[2]) / 2, BOX[1]] as const;
    const before = await paintedAt(page, ...middle);
    const jobId = Number(/jobs\/(\d+)/.exec(page.url())?.[1]);
    const saved = await saveRectangle(page, jobId);
    expect(saved.status, saved.body).toBe(200);
    await page.reload();
    const canvas = page.locator('canvas');
    await expect(canvas).toHaveAttribute('data-painted-frame', '1');
    await expect(canvas).toHaveAttribute('data-painted-shapes', '1');
    const [red = 0, green = 0, blue = 0] = await paintedAt(page, ...middle);
    expect([red, green, blue]).not.toEqual(before);
    expect(red - green, 'the edge has the colour of the label').toBeGreaterThan(80);
    await expect(page.getByRole('region', { name: 'Objects on this frame' })).toContainText('car');
    await page.getByTestId('cvat-canvas-container').hover();
    await inspect(page, '05-job');
  });

  await test.step('export COCO and download it', async () => {
    await page.goto(taskUrl);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Format' }).click();
    await page.getByRole('option', { name: 'COCO 1.0' }).click();
    await inspect(page, '06-export');
    const download = page.waitForEvent('download', { timeout: 90_000 });
    await dialog.getByRole('button', { name: 'Export' }).click();
    const file = await (await download).path();
    expect((await readFile(file)).subarray(0, 2).toString('latin1')).toBe('PK');
    await expect(page.getByText('Export of Task #', { exact: false })).toContainText('is ready');
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await expect(page.getByTestId('cvat-requests-card').first()).toContainText('COCO 1.0');
    await expect(page.getByTestId('cvat-requests-card').first()).toContainText('Finished');
    await inspect(page, '07-requests');
  });

  await test.step('find it in the lists, and delete it', async () => {
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await expect(page.getByRole('article').filter({ hasText: name }).first()).toBeVisible();
    await inspect(page, '08-jobs');
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search tasks' }).fill(name);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/search=Journey/);
    const row = page.getByTestId('cvat-tasks-list-item');
    await expect(row).toHaveCount(1);
    await row.getByRole('button', { name: /Actions/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('3 frames');
    await inspect(page, '09-delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('Nothing matches')).toBeVisible();
    await page.goto(taskUrl);
    await expect(page.getByRole('heading', { name: /not found/ })).toBeVisible();
    await inspect(page, '10-not-found');
  });

  await test.step('sign out', async () => {
    await page.getByRole('button', { name: `Account of ${username}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  expect(broken, 'errors thrown in the page').toEqual([]);
});

async function addLabel(page: Page, name: string, color: string): Promise<void> {
  const open = page.getByRole('button', { name: 'Add label' });
  if (await open.isVisible()) await open.click();
  await page.getByLabel('Label name').fill(name);
  await page.getByLabel('Colour', { exact: true }).fill(color);
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByTestId('cvat-constructor-viewer-item').filter({ hasText: name })).toBeVisible();
}
